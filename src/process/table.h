/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Who descends from whom.  Lineage comes from fork events, because ppid tells
 * only who is the parent now: a daemon's is 1.  A family is a root process and
 * every descendant it ever had that still lives; membership is for life.
 * Pure: no I/O, no clock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/hash.h"

struct members;

/* What it is in its family, by what it executed last (B-02). */
enum process_type {
	PROCESS_UNKNOWN, /* of no family */
	PROCESS_ROOT,    /* a rule matched it */
	PROCESS_SUB,     /* a descendant that the rule of the family matches too */
	PROCESS_TOOL,    /* any other descendant */
};

struct process {
	/* What the search for it and the fork of a child read lies together. */
	UT_hash_handle hh;
	pid_t pid;
	uint8_t type;           /* enum process_type */
	bool ended : 1;         /* remembered for a moment; see table_end() */
	bool seen : 1;          /* by the look that is under way */
	bool unread : 1;        /* executed a program and ended before we read its name */
	bool lingering : 1;     /* its first thread has ended, others live */
	bool executed : 1;      /* since its fork */
	bool killed : 1;        /* we ordered its end */
	bool has_exit_code : 1; /* of its first thread, while others live */
	bool gathered : 1;      /* it is being brought to the scope of its family, or */
	bool inside : 1;        /* is there: what it forks from now on is born there */
	struct process *first_child;
	struct members *members;  /* NULL: of none */
	struct process *parent; /* NULL: unknown, or not followed */
	uint32_t exit_code;
	uint64_t since_ns; /* CLOCK_MONOTONIC: forked, or first seen, then */
	uint64_t image;    /* procfs_image(); 0: not looked at since its exec */
	struct process *next_sibling, *previous_sibling;
	struct process *next_member, *previous_member;
};

/* Embedded by its owner, which finds itself again by the member's offset. */
struct members {
	pid_t root_pid;
	struct process *first;
	size_t count;
};

/* Ended processes that are remembered. */
enum { TABLE_ENDED_MAX = 64 };

struct process_table {
	struct process *by_pid;
	size_t count;
	size_t capacity;              /* beyond it only families grow; 0: no limit */
	uint64_t rejected;            /* processes that found no room */
	pid_t ended[TABLE_ENDED_MAX]; /* ring of those that are remembered */
	size_t next_ended;            /* the oldest, or an empty place */
};

void table_done(struct process_table *table);

struct process *table_find(const struct process_table *table, pid_t pid);

/*
 * A process with its parent (0: unknown), from a fork event or from /proc; a
 * known pid gets the parent if it had none.  A child of a family's member joins
 * the family.  A parent that is not known is entered too, so the order of
 * arrival does not matter.  @since_ns is the time of the fork or of the look.
 * NULL when out of memory or over the capacity.
 */
struct process *table_add(struct process_table *table, pid_t pid, pid_t parent, uint64_t since_ns);

/* One that a rule matched: entered over the capacity too.  NULL when out of memory. */
struct process *table_add_root(struct process_table *table, pid_t pid, uint64_t since_ns);

/* Whether an event of that time is about the bearer of the pid before @process:
 * it was queued before we looked at /proc. */
bool table_is_stale(const struct process *process, uint64_t timestamp_ns);

/*
 * The process has ended: its children go to its own parent in the tree and stay
 * in their family.  Returns the family that it leaves, or NULL; the family is
 * the caller's, also when nobody is left in it.
 */
struct members *table_remove(struct process_table *table, pid_t pid);

/*
 * The exit of a process that is in no family was reported.  It is remembered for
 * a moment, because the same pid may go on: when another thread than the first
 * executes a program, the kernel reports the end of the first before the exec.
 * table_revive() takes such a one back.
 */
void table_end(struct process_table *table, struct process *process);
void table_revive(struct process *process);

/* Without those that are only remembered. */
size_t table_living(const struct process_table *table);

/* The one that the next call forgets, or NULL. */
struct process *table_oldest_ended(const struct process_table *table);

/* What each executes counts as not looked at: the next look tells of everybody. */
void table_forget_images(struct process_table *table);

/* A look at /proc: begin, mark as seen what is there, then each process that was
 * not seen has ended unnoticed.  The visitor may remove the one it is given. */
void table_begin_look(struct process_table *table);
typedef void (*table_visit)(struct process *process, void *data);
void table_each_unseen(struct process_table *table, table_visit visit, void *data);

/* Makes @process the root of @family (zeroed by the caller) and takes in every
 * descendant that is in no family, or in the one that the root leaves. */
void members_begin(struct members *members, struct process *process);

/* Takes in @top, unless it has ended, and every descendant that is in no family. */
void members_take_in(struct members *members, struct process *top);

/* Takes one process in, from whatever family it is in. */
void members_join(struct members *members, struct process *process);

/* Lets all members go; the processes stay in the table. */
void members_end(struct members *members);

/* "root", "sub", "tool", or NULL for a process of no family. */
const char *process_type_name(enum process_type type);
