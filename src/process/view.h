/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The only access of the supervisor to /proc and the clocks: live, live with a
 * recording, or from a recording.  The caller cannot see a difference, so a recording
 * exercises the same code as live events.
 */

#include "base/error.h"
#include "base/identity.h"
#include "process/reader.h"
#include "process/recording.h"
#include "process/replay.h"

struct view {
	int proc_fd;                 /* of the proc mount; -1 in a replay */
	struct reader *reader;       /* of cmdline and environ; NULL: they are read directly */
	struct recording *recording; /* or NULL */
	struct replay *replay;       /* or NULL */
};

#define VIEW_NULL ((struct view){ .proc_fd = -1 })

uint64_t view_now_ns(const struct view *view);      /* CLOCK_MONOTONIC */
uint64_t view_realtime_ns(const struct view *view); /* CLOCK_REALTIME */

/* Whether the process of @stat started after that time: then the pid was reused. */
bool view_is_younger(const struct view *view, const struct procfs_stat *stat, uint64_t monotonic_ns);

/* Reads the beginning of a file of the process; returns its length or -errno.  All of
 * these return -ESRCH when the process does not exist, or when a replayed recording has no
 * answer.  For cmdline and environ also the errors of reader_read(). */
ssize_t view_read(struct view *view, pid_t pid, const char *file, char *buffer, size_t size);
/* Notes that the process is decided again because of a late answer of the reader. */
void view_note_late(struct view *view, pid_t pid);
/* Notes that families without members are looked at now. */
void view_note_release(struct view *view);
/* Notes a sample of a policy or of a family, or a value. */
void view_note(struct view *view, const struct recorded *recorded);
/* Same as reader_forget(). */
void view_forget(struct view *view, pid_t pid, bool unfinished);
int view_read_comm(struct view *view, pid_t pid, char ret_comm[PROCFS_COMM_SIZE]);
int view_read_uid(struct view *view, pid_t pid, uid_t *ret_uid); /* the real one */
int view_read_stat(struct view *view, pid_t pid, struct procfs_stat *ret_stat);

/* Same as held_process_open(); in a replay the pidfd is -1. */
int view_hold(struct view *view, pid_t pid, struct held_process *ret_held);

/*
 * Scans /proc: calls @visit for every process, in the order of the directory.  A
 * process that exits meanwhile is skipped.  Without descriptors or memory the scan
 * fails, because an unvisited process would count as exited.  When a visitor returns
 * non-zero the scan stops and returns that value; the visitor then writes the sentence.
 *
 * @looked_ns is the CLOCK_MONOTONIC time just before the process was read, and after its
 * start: an older event happened before that, a younger one after it.
 */
typedef int (*view_visit)(const struct procfs_stat *stat, uint64_t looked_ns, void *data);
int view_look(struct view *view, view_visit visit, void *data, struct slicectl_error *error);
