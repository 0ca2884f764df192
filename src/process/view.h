/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What /proc and the clocks answer to the supervisor: live, live and written to
 * a recording, or out of one.  Who asks cannot tell the difference, so that a
 * recording goes the whole way that events go.
 */

#include "base/error.h"
#include "base/identity.h"
#include "process/recording.h"
#include "process/replay.h"

struct view {
	int proc_fd;                 /* of the proc mount; -1 in a replay */
	struct recording *recording; /* or NULL */
	struct replay *replay;       /* or NULL */
};

#define VIEW_NULL ((struct view){ .proc_fd = -1 })

uint64_t view_now_ns(const struct view *view);      /* CLOCK_MONOTONIC */
uint64_t view_realtime_ns(const struct view *view); /* CLOCK_REALTIME */

/* Whether the process of @stat started after that time: it is a later bearer of
 * the pid than the one that was meant. */
bool view_is_younger(const struct view *view, const struct procfs_stat *stat, uint64_t monotonic_ns);

/* The beginning of a file of the process; returns its length or -errno.  A
 * process that is gone is -ESRCH. */
ssize_t view_read(struct view *view, pid_t pid, const char *file, char *buffer, size_t size);
int view_read_comm(struct view *view, pid_t pid, char ret_comm[PROCFS_COMM_SIZE]);
int view_read_stat(struct view *view, pid_t pid, struct procfs_stat *ret_stat);

/* As held_process_open(); in a replay nobody is held. */
int view_hold(struct view *view, pid_t pid, struct held_process *ret_held);

/*
 * Calls @visit for every process, in the order of the directory.  One that
 * vanishes meanwhile hides no other; without descriptors or memory the look
 * fails, because who was not seen would be taken for ended.  A visitor that
 * answers non-zero ends it with its answer.
 *
 * @looked_ns is the CLOCK_MONOTONIC time just before the look at the one: an event
 * that is older is of what was there before, one that is younger came after.
 */
typedef int (*view_visit)(const struct procfs_stat *stat, uint64_t looked_ns, void *data);
int view_look(struct view *view, view_visit visit, void *data, struct slicectl_error *error);
