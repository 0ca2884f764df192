/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A change to one scope that somebody asks for at the control socket: read from the call
 * (request_call.h), weighed by apply_request(), carried out by a worker (request_job.h), and
 * answered.
 */

#include <slicectl/limits.h>

#include "control/message.h"
#include "supervisor/connection.h"

enum request_kind {
	REQUEST_CREATE,
	REQUEST_DESTROY,
	REQUEST_SET,
	REQUEST_MOVE,
	REQUEST_FREEZE,
	REQUEST_THAW,
	REQUEST_KILL,
	/* Of our own. */
	REQUEST_RESTORE, /* declared limits, also of a slice */
	REQUEST_RMDIR,   /* an empty cgroup of whatever name */
	_REQUEST_KIND_MAX,
};

struct request {
	struct job job;
	struct pending pending;
	struct supervisor *supervisor; /* for the end of the job only */
	enum request_kind kind;
	struct slicectl_hierarchy *hierarchy;
	int proc_fd;
	uid_t uid;  /* who asks, */
	pid_t peer; /* and the process that does */
	char *actor;
	const char *label; /* of our own: what it is called; a literal */
	char *reason;      /* of our own; or NULL */
	char *scope;
	char *owner;   /* on whose behalf */
	char **owners; /* all that who asks may act as, NULL-terminated */
	struct slicectl_limits *limits;
	struct request *next, *prev; /* under way */
	pid_t *pids;
	size_t n_pids;
	uint64_t timeout_usec;
	bool force;
	uint64_t id; /* the scope must be this cgroup; 0: whichever has its name */
	/* What came of it. */
	int code;
	struct slicectl_error error;
	size_t processes;
};

/* "scope.create" */
const char *request_name(enum request_kind kind);

/* Of the method that asks for it, which there is. */
enum request_kind request_kind_of(const char *method);

struct request *request_free(struct request *request);

/* Answers, and frees it. */
void request_finish(struct request *request, int code, const struct slicectl_error *error);

DEFINE_CLEANUP(struct request, request_free)
#define _cleanup_request_ _cleanup_(cleanup_request_free)
