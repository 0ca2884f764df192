/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The process table with the lineage of every process.  Lineage comes from fork
 * events, because ppid is only the current parent: for a daemon it is 1.  A family is
 * a root process and all its descendants that are alive; a member stays a member until
 * it exits.  Pure: no I/O, no clock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/hash.h"

struct members;

/* The role of a process in its family, given by the program that it executed last. */
enum process_type {
	PROCESS_UNKNOWN, /* in no family */
	PROCESS_ROOT,    /* a rule matched it */
	PROCESS_SUB,     /* a descendant that also matches the rule of the family */
	PROCESS_TOOL,    /* any other descendant */
};

struct process {
	/* The members that a lookup and the fork of a child read share a cache line. */
	UT_hash_handle hh;
	pid_t pid;
	uint8_t type;           /* enum process_type */
	bool ended : 1;         /* remembered for a short time; see table_end() */
	bool seen : 1;          /* by the current scan */
	bool unread : 1;        /* executed a program and exited before its name was read */
	bool lingering : 1;     /* its first thread has exited, others are alive */
	bool executed : 1;      /* since its fork */
	bool killed : 1;        /* by the supervisor */
	bool looked_at : 1;     /* decided_ns is of a look after its exec */
	bool has_exit_code : 1; /* of its first thread, while others are alive */
	bool gathered : 1;      /* it is being moved to the scope of its family */
	bool inside : 1; /* it is in the scope of its family: its children start there; set by
				 * process_set_inside() */
	struct process *first_child;
	struct members *members; /* NULL: in no family */
	struct process *parent;  /* NULL: unknown or not tracked */
	uint32_t exit_code;
	uint32_t decided;  /* number of the rule that decided last; 0: none; kept by a fork */
	uint64_t since_ns; /* CLOCK_MONOTONIC: time of the fork or of the first sight */
	uint64_t decided_ns; /* when rules decided about it last: its exec, or a look since; 0: not yet */
	uint64_t image; /* procfs_image(); 0: not read since its exec */
	struct process *next_sibling, *previous_sibling;
	struct process *next_member, *previous_member;
};

/* The list of the members of a family; embedded in the owner's struct, which is found by
 * container_of(). */
struct members {
	pid_t root_pid;
	struct process *first;
	size_t count;
	size_t inside; /* of them, see process_set_inside() */
};

/* Number of exited processes that are remembered. */
enum { TABLE_ENDED_MAX = 64 };

struct process_table {
	struct process *by_pid;
	size_t count;
	size_t capacity;              /* at the limit only families can grow; 0: no limit */
	uint64_t rejected;            /* processes for which there was no room */
	pid_t ended[TABLE_ENDED_MAX]; /* ring of the remembered processes */
	size_t next_ended;            /* the oldest entry, or an empty one */
};

void table_done(struct process_table *table);

struct process *table_find(const struct process_table *table, pid_t pid);

/*
 * Adds a process with its parent (0: unknown), from a fork event or from /proc.  A pid
 * that is in the table gets the parent if it had none.  A child of a member of a family
 * joins the family.  An unknown parent is added too, so the order of the calls does not
 * matter.  @since_ns is the time of the fork or of the scan.  Returns NULL when out of
 * memory or at the capacity.
 */
struct process *table_add(struct process_table *table, pid_t pid, pid_t parent, uint64_t since_ns);

/* The process after @at in the subtree of @top, in pre-order; NULL after the last.  Without recursion,
 * because a chain of forks may be long. */
struct process *table_next_below(const struct process *top, struct process *at);

/* Adds a process that a rule matched, even at the capacity.  NULL when out of memory. */
struct process *table_add_root(struct process_table *table, pid_t pid, uint64_t since_ns);

/* Whether an event with that timestamp is about an earlier process with the pid of
 * @process: it was queued before the scan of /proc. */
bool table_is_stale(const struct process *process, uint64_t timestamp_ns);

/*
 * Removes a process that has exited.  Its children become children of its own parent
 * and stay in their family.  Returns the family that it leaves, or NULL; the caller
 * owns the family, even when it has no members left.
 */
struct members *table_remove(struct process_table *table, pid_t pid);

/*
 * Marks a process that is in no family as exited.  It is remembered for a short time,
 * because the process may go on: when a thread other than the first executes a program,
 * the kernel reports the exit of the first thread before the exec.  table_revive()
 * reverts the mark.
 */
void table_end(struct process_table *table, struct process *process);
void table_revive(struct process *process);

/* Number of processes without those that are only remembered. */
size_t table_living(const struct process_table *table);

/* The remembered process that the next table_end() removes, or NULL. */
struct process *table_oldest_ended(const struct process_table *table);

/* Marks the program of every process as unread: the next scan emits an exec for each. */
void table_forget_images(struct process_table *table);

/* Visits every process that has not exited.  The visitor removes none. */
typedef void (*table_visit)(struct process *process, void *data);
void table_each(struct process_table *table, table_visit visit, void *data);

/* A scan of /proc: table_begin_look() clears the seen flag of every process, table_add()
 * sets it, and table_each_unseen() visits the rest: processes that exited unnoticed.  The
 * visitor may remove the process that it is given. */
void table_begin_look(struct process_table *table);
void table_each_unseen(struct process_table *table, table_visit visit, void *data);

/* Makes @process the root of @family (zeroed by the caller) and adds every descendant
 * that is in no family, or in the family that the root leaves. */
void members_begin(struct members *members, struct process *process);

/* Adds @top, unless it has exited, and every descendant that is in no family. */
void members_take_in(struct members *members, struct process *top);

/* Adds one process, which leaves its present family. */
void members_join(struct members *members, struct process *process);

/* Notes whether the process is in the scope of its family, if it has one. */
void process_set_inside(struct process *process, bool inside);

/* Removes all members from the family; the processes stay in the table. */
void members_end(struct members *members);

/* "root", "sub", "tool", or NULL for a process of no family. */
const char *process_type_name(enum process_type type);
