/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A deed (cgroup/deed.h) as a job: a change to one scope that a client requests, or that the daemon
 * makes on its own.  Whether the client may move a process is decided here, while the process is
 * held by its pidfd.
 */

#include "cgroup/deed.h"
#include "supervisor/work/change.h"

struct service_manager;

struct deed_job {
	struct change change;
	enum deed_kind kind;
	struct slicectl_limits *limits; /* or NULL */
	pid_t *pids;
	size_t n_pids;
	uint64_t for_usec; /* of set: for how long; 0: for good */
	uint64_t timeout_usec;
	uint64_t bytes;   /* of reclaim */
	uint64_t id;      /* of the cgroup that the scope must be; 0: any cgroup with that path */
	uid_t uid;        /* user of the client */
	pid_t peer;       /* process of the client */
	bool for_run;     /* of create; see struct deed */
	bool force_units; /* also moves processes that their systemd unit needs */
	struct service_manager *service_manager; /* opened for the first process that needs it */
	char **owners;        /* that the client may act for, NULL-terminated; NULL: none */
	char **letting_rules; /* that have hold = no, NULL-terminated; NULL: none */
};

/* The caller has zeroed @job and may have set members other than change.  On -ENOMEM the change
 * holds nothing to free. */
int deed_job_init(struct deed_job *job, const struct node *node, const char *scope);

/* Frees the members of @job, but not @job itself.  Does no harm to a zeroed job. */
void deed_job_done(struct deed_job *job);
