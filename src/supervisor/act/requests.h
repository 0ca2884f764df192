/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The requests that are being carried out.  A change that is made at once never waits for one that
 * waits for processes to exit, and root's never wait for another user's. */

#include "supervisor/client/request.h"

struct act;
struct requests;

struct requests *requests_new(struct act *act);
struct requests *requests_free(struct requests *requests);

/* How many a user has under way; of other users than root they are limited. */
struct requests_load {
	unsigned all, waiting; /* waiting: for processes to exit, freeze or thaw */
};

struct requests_load requests_load_of(const struct requests *requests, uid_t uid);

/* Whether a user with that load may have one more. */
bool requests_have_room(struct requests_load load, bool waits);

/* -EAGAIN with a sentence when its user has as many under way as it may have. */
int requests_admit(const struct requests *requests, const struct request *request,
		   struct slicectl_error *error);

/* Takes it over; its end is recorded and answered. */
void requests_submit(struct requests *requests, struct request *request);

/* One of the daemon's own, for the guard; texts and limits are copied, but @action, a literal.
 * @id: the cgroup that it must be; 0: any with that path. */
void requests_submit_own(struct requests *requests, enum deed_kind kind, const char *action,
			 const char *path, const char *owner, const struct slicectl_limits *limits,
			 uint64_t id, const char *reason);

/* Whether all are done; see mover_close().  Those that are not are recorded. */
bool requests_close(struct requests *requests);
