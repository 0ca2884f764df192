/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A change to one scope that a client requests at the control socket.  It is read from the call
 * (control/request_call.h), authorised by apply_request(), carried out by a worker
 * (act/requests.h), and answered.
 */

#include "control/message.h"
#include "control/verb.h"
#include "supervisor/client/connection.h"
#include "supervisor/work/deed_job.h"

struct outcome;

struct request {
	struct deed_job deed;
	struct pending pending;
	const char *action; /* action of its record, such as "scope.create"; a literal */
	bool is_own;        /* made by the daemon on its own */
	bool waits;         /* may wait for processes to exit, freeze or thaw */
	bool forcible;      /* an emergency allows it in another owner's slice */
	bool force;         /* the client asks for that */
	bool forced;        /* an emergency has allowed it */
	char *actor;
	char *reason, *old; /* of a request of the daemon; or NULL */
	/* Of a request of the daemon: who wants to know; or NULL. */
	void (*own_done)(void *data, const struct outcome *outcome);
	void *own_data;
	/* Of a change for a while: who puts it back, and is told when it is made; or NULL. */
	void (*held)(void *data, const char *scope, uint64_t for_usec);
	void *held_data;
	struct request *next, *prev; /* in the list of requests under way */
};

/* Sets the members that depend on the verb. */
void request_set_verb(struct request *request, enum scope_verb verb);

/* Frees @request without an answer.  Returns NULL. */
struct request *request_free(struct request *request);

/* Answers and frees @request. */
void request_finish(struct request *request, int code, const struct slicectl_error *error);

DEFINE_CLEANUP(struct request, request_free)
#define _cleanup_request_ _cleanup_(cleanup_request_free)
