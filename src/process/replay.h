/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Replays a recording.  It advances from cause to cause (a datagram, a loss, a scan of
 * /proc); the answers of /proc that were recorded after a cause serve the questions
 * until the next cause.
 */

#include "process/recorded.h"

struct replay;

/* Opens a recording and reads its clocks.  -EBADMSG when the file is not a recording. */
int replay_open(const char *path, struct replay **ret_replay, struct slicectl_error *error);
void replay_close(struct replay *replay);

/* Advances to the next cause: 1; 0 at the end; -EBADMSG with file:line in the sentence;
 * -EIO; -ENOMEM.  @ret_cause is valid until the next call. */
int replay_next(struct replay *replay, const struct recorded **ret_cause,
		struct slicectl_error *error);

/* The first line, of the kind RECORDED_START. */
const struct recorded *replay_start(const struct replay *replay);

/* The time of the last cause, CLOCK_MONOTONIC. */
uint64_t replay_now_ns(const struct replay *replay);

/* The next unused answer of that kind about @pid; for a read, about the file @name.
 * NULL when the question was not asked in the recording, which is counted. */
const struct recorded *replay_answer(struct replay *replay, enum recorded_kind kind, pid_t pid,
				     const char *name);

/* Whether the file ends in the middle of a line, which was skipped. */
bool replay_is_cut(const struct replay *replay);

/* Number of questions without an answer in the recording. */
uint64_t replay_missed(const struct replay *replay);

/* The next process that the scan found, starting at @at, which is advanced; NULL at the
 * end. */
const struct recorded *replay_found(const struct replay *replay, size_t *at);
