/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A recording being read.  It goes from cause to cause (a datagram, a loss, a
 * look at /proc); the answers that /proc gave after a cause serve what is asked
 * until the next.
 */

#include "process/recorded.h"

struct replay;

/* Opens it and reads its clocks.  -EBADMSG when it is no recording. */
int replay_open(const char *path, struct replay **ret_replay, struct slicectl_error *error);
void replay_close(struct replay *replay);

/* The next cause: 1; 0 at the end; -EBADMSG with file:line.  @ret_cause is valid
 * until the next call. */
int replay_next(struct replay *replay, const struct recorded **ret_cause,
		struct slicectl_error *error);

/* The first line. */
const struct recorded *replay_start(const struct replay *replay);

/* The time of the last cause, CLOCK_MONOTONIC. */
uint64_t replay_now_ns(const struct replay *replay);

/* The next unused answer of that kind about @pid; of the same file for a read.
 * NULL when it was not asked then: counted. */
const struct recorded *replay_answer(struct replay *replay, enum recorded_kind kind, pid_t pid,
				     const char *name);

/* Whether it ends in the middle of a line, which was passed over. */
bool replay_is_cut(const struct replay *replay);

/* Answers that were asked for and are not in the recording. */
uint64_t replay_missed(const struct replay *replay);

/* The next process that the look found, from @at on, which is moved behind it;
 * NULL when there is none left. */
const struct recorded *replay_found(const struct replay *replay, size_t *at);
