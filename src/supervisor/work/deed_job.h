/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A deed (cgroup/deed.h) as a job: a change to one scope that a client asks for, or that the
 * daemon makes of its own accord.  Which processes the client may move is decided here, while each
 * is held.
 */

#include "cgroup/deed.h"
#include "supervisor/work/change.h"

struct deed_job {
	struct change change;
	enum deed_kind kind;
	struct slicectl_limits *limits; /* or NULL */
	pid_t *pids;
	size_t n_pids;
	uint64_t timeout_usec;
	uint64_t id;   /* the cgroup that the scope must be; 0: any with that path */
	uid_t uid;     /* of the client, */
	pid_t peer;    /* its process, */
	char **owners; /* and the owners that it may act as, NULL-terminated; NULL: none */
};

/* @job is zeroed but for what the caller has set.  -ENOMEM, and then nothing is to be freed. */
int deed_job_init(struct deed_job *job, const struct node *node, const char *scope);

/* Frees what it holds, not itself; harmless for one that was not initialised. */
void deed_job_done(struct deed_job *job);
