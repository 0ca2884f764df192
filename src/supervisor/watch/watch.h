/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Watches of levels: who wants to be told when a process, a family or a cgroup uses more, or less, of
 * a resource than a level.  What nobody watches is not read.
 */

#include "config/authority.h"
#include "observe/watch_spec.h"
#include "supervisor/act/act.h"
#include "supervisor/observe/observe.h"

struct watches;
struct subscriber;

/* All parameters must outlive the result. */
int watches_new(struct node *node, struct families *families, struct report *report, struct act *act,
		struct observe *observe, struct watches **ret_watches, struct slicectl_error *error);

/* To be called when no client is connected.  Accepts NULL, returns NULL. */
struct watches *watches_free(struct watches *watches);

/* Begins the watches of the configuration, at the start and after a reload; those that a reload has
 * not changed go on. */
void watches_apply(struct watches *watches);

/* Takes a value of a recording. */
void watches_replay(struct watches *watches, const struct recorded *recorded);

/* What the event stream tells.  @event_ns: of the event; 0: a scan found it. */
void watches_forked(struct watches *watches, struct process *process, uint64_t event_ns);
void watches_executed(struct watches *watches, struct process *process);
void watches_exited(struct watches *watches, pid_t pid, uint64_t event_ns);

/* The number of processes of the family of that root has changed. */
void watches_counted(struct watches *watches, pid_t root);

enum watch_event_kind {
	WATCH_CROSSED,
	WATCH_CHANGED, /* of a watch of each change */
	WATCH_STARTED, /* a child was forked that is watched, too */
	WATCH_ENDED,   /* the process has exited, or the cgroup or family is gone */
	WATCH_DENIED,  /* its process may not be watched by this user any more */
	WATCH_FAILED,  /* its process cannot be watched, for want of descriptors or memory */
	WATCH_LOST,    /* events were dropped, because the client reads too slowly */
};

struct watch_event {
	enum watch_event_kind kind;
	uint32_t id;       /* of the watch; 0 for WATCH_LOST */
	pid_t pid, parent; /* 0: not of a process; the parent is that of a fork */
	const struct resource *resource;
	enum crossing crossing;
	uint64_t old, new, level;
	uint64_t lost;
	uint64_t at_ns, real_ns; /* CLOCK_MONOTONIC and CLOCK_REALTIME */
};

/* "crossed", "changed", … */
const char *watch_event_name(enum watch_event_kind kind);

/* @wake is called, from the main loop, when there is an event to take and the last one had been
 * taken.  @caller is copied.  NULL when out of memory. */
struct subscriber *subscriber_new(struct watches *watches, const struct caller *caller,
				  void (*wake)(void *data), void *data);

/* Ends its watches.  Accepts NULL, returns NULL. */
struct subscriber *subscriber_free(struct subscriber *subscriber);

struct watches *subscriber_watches(const struct subscriber *subscriber);

/* Names it to other connections of the same user. */
#define SUBSCRIBER_TOKEN_SIZE 33
const char *subscriber_token(const struct subscriber *subscriber);
struct subscriber *subscriber_find(struct watches *watches, const char *token, uid_t uid);

/* Adds a watch; @text is copied.  -EEXIST when it has the same, -EPERM, -ESRCH, -ENOENT, -EAGAIN when
 * it has too many. */
int subscriber_add(struct subscriber *subscriber, const struct watch_text *text, uint32_t *ret_id,
		   struct slicectl_error *error);

/* -ENOENT. */
int subscriber_remove(struct subscriber *subscriber, uint32_t id, struct slicectl_error *error);
void subscriber_clear(struct subscriber *subscriber);

/* Takes the oldest event; false when there is none. */
bool subscriber_take(struct subscriber *subscriber, struct watch_event *ret_event);

/* One watch, for a list. */
struct watch_view {
	uint32_t id;
	const char *name; /* of the configuration; NULL: a client's */
	uid_t uid;        /* of the client */
	const struct watch_text *text;
	const struct watch_spec *spec;
	size_t targets; /* processes or cgroups that are watched now */
	bool has_value; /* of the first of them */
	uint64_t value;
	bool has_level;
	uint64_t level; /* of the first, where it is a percentage */
};

/* @subscriber: only its watches; NULL: all.  @visit returns false to stop. */
void watches_each(const struct watches *watches, const struct subscriber *subscriber,
		  bool (*visit)(const struct watch_view *view, void *data), void *data);

struct watches_counts {
	uint64_t watches, gauges; /* now */
	uint64_t reads, told, lost;
};
struct watches_counts watches_counts(const struct watches *watches);
