/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who carries out requests: what is done at once waits for nobody that waits for the end of
 * processes. */

#include "supervisor/request.h"

/* -EAGAIN with a sentence when who asks has as many under way as he may. */
int request_job_admit(const struct supervisor *supervisor, const struct request *request,
		      struct slicectl_error *error);

/* Takes it over; its end is recorded and answered. */
void request_job_submit(struct supervisor *supervisor, struct request *request);

/* One of our own, for the guard: what is needed is copied, also @reason; @label is a
 * literal.  @id: see REQUEST_RMDIR, which removes that cgroup only. */
void request_job_own(struct supervisor *supervisor, enum request_kind kind, const char *path,
		     const char *owner, const struct slicectl_limits *limits, uint64_t id,
		     const char *label, const char *reason);

/* Whether all is done; see mover_close(). */
bool request_job_close(struct supervisor *supervisor);
