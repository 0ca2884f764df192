/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The requests that are being carried out.  A request that can be completed at once is never queued
 * behind one that waits for processes to exit.  Root's requests are never queued behind those of
 * other users. */

#include "supervisor/client/request.h"
#include "supervisor/report/action.h"

struct act;
struct requests;

struct requests *requests_new(struct act *act);
struct requests *requests_free(struct requests *requests);

/* The number of requests that a user has under way.  It is limited for users other than root. */
struct requests_load {
	unsigned all, waiting; /* waiting: for processes to exit, freeze or thaw */
};

struct requests_load requests_load_of(const struct requests *requests, uid_t uid);

/* Whether a user with this load may start one more request. */
bool requests_have_room(struct requests_load load, bool waits);

/* 0, or -EAGAIN with an error message when the user has reached the limit. */
int requests_admit(const struct requests *requests, const struct request *request,
		   struct slicectl_error *error);

/* Takes ownership of @request, carries it out, records the outcome and answers it. */
void requests_submit(struct requests *requests, struct request *request);

/* A request of the daemon itself: for the guard, for a policy, or after a reload. */
struct own_request {
	enum deed_kind kind;
	const char *action; /* of its record; a literal */
	const char *actor;  /* NULL: slicectld */
	const char *path, *owner;
	const struct slicectl_limits *limits; /* or NULL */
	uint64_t bytes;                       /* of DEED_RECLAIM */
	uint64_t id;                          /* the cgroup must have it; 0: any at the path */
	const char *reason;
	const char *old; /* value before, for the record; or NULL */
	bool dry_run;    /* whoever wants it only tries */
	/* Called from the main loop with the outcome, unless the daemon stops before; or NULL. */
	void (*done)(void *data, const struct outcome *outcome);
	void *data;
};

/* Carries it out, or only records it with dry run.  Everything is copied. */
void requests_submit_own(struct requests *requests, const struct own_request *own);

/* Stops the workers.  False when a request hangs; see mover_close().  The requests that are not
 * done are recorded. */
bool requests_close(struct requests *requests);
