/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SLICECTL_WATCH_H
#define SLICECTL_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <slicectl/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/*
 * Notification when a process, a family or a cgroup uses more, or less, of a resource than a level.
 * slicectld watches; a client holds one descriptor, which becomes readable when there is an event.
 * Nothing is read of what nobody watches.
 *
 * A level is crossed upwards from below it to it or beyond, and downwards from it or above to strictly
 * below.  What can be missed between two samples of slicectld is in slicectl.conf(5), under RESOURCES.
 *
 * The functions wait for slicectld at most ten seconds, except for slicectl_watch_read(), which does
 * not wait.  A handle is for one thread at a time.
 */
struct slicectl_watch;

/* What to watch.  NULL, 0 and false stand for the defaults. */
struct slicectl_watch_level {
	const char *subject;  /* "12" a process, "family:12", "family:RULE", a slice, SLICE/SCOPE */
	const char *resource; /* "nofile", "memory.current", … */
	const char *level;    /* "10", "512M", "80%" of the limit that applies, "change" */
	const char *direction;  /* "up", "down" or "both" (default) */
	const char *hysteresis; /* how far below the level a sampled value is down; default: 0 */
	bool no_inherit;        /* children that are forked later are not watched */
};

enum slicectl_watch_kind {
	SLICECTL_WATCH_CROSSED = 1,
	SLICECTL_WATCH_CHANGED, /* of a watch of each change */
	SLICECTL_WATCH_STARTED, /* a child was forked that is watched, too */
	SLICECTL_WATCH_ENDED,   /* the process has exited, or the cgroup or family is gone */
	SLICECTL_WATCH_DENIED, /* the process now runs as another user, and is not watched any more */
	SLICECTL_WATCH_FAILED, /* the process or cgroup cannot be read at present */
	SLICECTL_WATCH_LOST, /* events were dropped, because they were not read in time or, for users
				 * other than root, because too many children were forked */
	SLICECTL_WATCH_UNKNOWN, /* of a later slicectld */
};

/* "crossed", "changed", …, as in the protocol; since 0.1. */
const char *slicectl_watch_kind_name(enum slicectl_watch_kind kind);

struct slicectl_watch_event {
	enum slicectl_watch_kind kind;
	uint32_t id;  /* of the watch; 0 for SLICECTL_WATCH_LOST */
	pid_t pid;    /* 0: not of a process; of a family: its root */
	pid_t parent; /* of SLICECTL_WATCH_STARTED */
	bool up;      /* of SLICECTL_WATCH_CROSSED */
	uint64_t old_value,
		new_value;     /* in the unit of the resource: a number, bytes, hundredths of a
					* percent, bytes a second or microseconds */
	uint64_t level;        /* as a value; 0: none */
	uint64_t lost;         /* of SLICECTL_WATCH_LOST: how many */
	uint64_t monotonic_ns; /* CLOCK_MONOTONIC: of the kernel's event, or of the sample */
	char resource[32];
};

/*
 * Connects to slicectld.  @root is the prefix of its socket ("" or NULL: none).  The caller closes
 * @ret_watch.
 *
 * Errors: -ECONNREFUSED (slicectld does not run), -ENOMEM, -EPROTO, -ETIMEDOUT.
 */
int slicectl_watch_open(const char *root, struct slicectl_watch **ret_watch,
			struct slicectl_error *error);

/* Closes the descriptor; slicectld frees everything.  Accepts NULL. */
void slicectl_watch_close(struct slicectl_watch *watch);

/* The descriptor, for poll(2) with POLLIN.  After it was readable, slicectl_watch_read() is to be
 * called until it returns -EAGAIN. */
int slicectl_watch_fd(const struct slicectl_watch *watch);

/*
 * Adds a level.  @ret_id (may be NULL) names it in events.
 *
 * Errors: -ESRCH (no such process, or it is exiting), -ENOENT (no such rule or cgroup),
 * -EINVAL (unknown resource, not a level of it, a percentage of a limit that is not set), -EEXIST
 * (the handle watches the same already), -EPERM (not the caller's process, nor of an owner that it may
 * act for), -EOPNOTSUPP (the cgroup has no such file), -EAGAIN (there are too many watches).
 */
int slicectl_watch_add(struct slicectl_watch *watch, const struct slicectl_watch_level *level,
		       uint32_t *ret_id, struct slicectl_error *error);

/* Removes a level; -ENOENT when there is none with that id, as after the end of its process. */
int slicectl_watch_remove(struct slicectl_watch *watch, uint32_t id, struct slicectl_error *error);

/* Removes all levels. */
int slicectl_watch_clear(struct slicectl_watch *watch, struct slicectl_error *error);

/* The number of levels that are watched. */
int slicectl_watch_count(struct slicectl_watch *watch, size_t *ret_count,
			 struct slicectl_error *error);

/* Calls @visit with each level that is watched, until it returns a value other than 0, which is then
 * returned.  @value: the value of its process or cgroup at present, or of the first of them; NULL when
 * it is not known. */
int slicectl_watch_list(struct slicectl_watch *watch,
			int (*visit)(uint32_t id, const struct slicectl_watch_level *level,
				     const uint64_t *value, void *data),
			void *data, struct slicectl_error *error);

/*
 * Takes one event.  @size is the size of struct slicectl_watch_event as the caller knows it.
 *
 * Errors: -EAGAIN (there is none now), -EINVAL (@size is too small), -ECONNRESET (slicectld has
 * exited: the handle is of no more use), -EPROTO.
 */
int slicectl_watch_read(struct slicectl_watch *watch, struct slicectl_watch_event *ret_event,
			size_t size, struct slicectl_error *error);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
