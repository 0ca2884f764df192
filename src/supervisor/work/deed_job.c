/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/work/deed_job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/identity.h"
#include "base/text.h"
#include "cgroup/hierarchy.h"
#include "cgroup/lifecycle.h"
#include "cgroup/mark.h"
#include "cgroup/place_move.h"
#include "config/words.h"
#include "supervisor/work/exempt.h"
#include "unit/service_manager.h"
#include "unit/stay.h"

static bool is_listed(char *const *words, const char *word)
{
	for (; words && *words; words++) {
		if (text_equal(*words, word))
			return true;
	}
	return false;
}

/* Whether the scope lets its processes go: the rule that made it has hold = no, and nobody has frozen
 * or killed it.  Who asks does not matter, because a connection can be handed on. */
static bool lets_go(const struct deed_job *job, const char *scope)
{
	struct slicectl_hierarchy *hierarchy = job->change.hierarchy;
	_cleanup_free_ char *rule = NULL;

	return job->letting_rules && mark_get(hierarchy, scope, MARK_RULE, &rule) == 0 &&
	       is_listed(job->letting_rules, rule) &&
	       lifecycle_check_active(hierarchy, scope, NULL) == 0;
}

/* The client must also be allowed to act for the owner of the scope that the process is in now,
 * because that owner may have frozen the process there.  A process outside of all slices has no
 * owner. */
static int check_source(const struct deed_job *job, const struct held_process *held,
			struct slicectl_error *error)
{
	pid_t pid = held->stat.pid;
	_cleanup_free_ char *shown = NULL;
	const char *prefix = job->change.hierarchy->base_prefix, *owner;
	int r = procfs_read_cgroup(job->change.proc_fd, pid, &shown);

	if (r < 0)
		return r;
	if (!text_starts_with(shown, prefix) || shown[strlen(prefix)] != '/')
		return 0;
	owner = slicectl_hierarchy_owner(job->change.hierarchy, shown + strlen(prefix) + 1);
	if (!owner || is_listed(job->owners, owner) || lets_go(job, shown + strlen(prefix) + 1))
		return 0;
	return error_set(error, EPERM,
			 "process %d is in %s, which belongs to owner '%s'; uid %u may not act for that owner, and only a rule with hold = no lets its processes go",
			 (int)pid, shown + strlen(prefix) + 1, owner, (unsigned)job->uid);
}

/* Asks systemd over a connection of its own, because several deeds may run at once. */
static int check_unit(struct deed_job *job, pid_t pid, struct slicectl_error *error)
{
	if (job->force_units || !job->change.hierarchy->is_systemd_init)
		return 0;
	if (!job->service_manager)
		job->service_manager = service_manager_new();
	return stay_check(job->change.hierarchy, job->service_manager, RULE_FOREIGN_UNITS_AUTO, pid,
			  error);
}

/* Root may move any process, other users only their own processes. */
static int check_owner(const struct deed_job *job, const struct held_process *held,
		       struct slicectl_error *error)
{
	const char *exempt = exempt_reason(held);
	pid_t pid = held->stat.pid;
	uid_t uid;
	int r;

	if (exempt)
		return error_set(error, EPERM, "process %d cannot be moved: %s", (int)pid, exempt);
	if (job->uid == 0)
		return 0;
	r = procfs_read_uid(job->change.proc_fd, pid, &uid);
	if (r == 0 && uid == job->uid)
		r = check_source(job, held, error);
	else if (r == 0)
		r = error_set(error, EPERM,
			      "process %d does not belong to uid %u, which may move only its own processes",
			      (int)pid, (unsigned)job->uid);
	return r;
}

static int check_subject(const struct held_process *held, void *data, struct slicectl_error *error)
{
	struct deed_job *job = data;
	int r = check_owner(job, held, error);

	if (r == 0)
		r = check_unit(job, held->stat.pid, error);
	return r == 0 && !held_process_is_alive(held) ? -ESRCH : r;
}

/* A rule may have placed the process since it was checked, or may be about to. */
static int place_checked(struct slicectl_hierarchy *hierarchy, const struct place *place,
			 const struct held_process *held, void *data, struct slicectl_error *error)
{
	const struct deed_job *job = data;
	int r;

	turn_take(job->change.turn);
	r = job->uid == 0 ? 0 : check_source(job, held, error);
	if (r == 0)
		r = place_held(hierarchy, place, held, NULL, error);
	turn_give(job->change.turn);
	return r;
}

static int deed_job_carry_out(struct change *change)
{
	struct deed_job *job = container_of(change, struct deed_job, change);
	const struct deed deed = {
		.kind = job->kind,
		.owner = change->owner,
		.scope = change->scope,
		.limits = job->limits,
		.pids = job->pids,
		.n_pids = job->n_pids,
		.for_run = job->for_run,
		.for_usec = job->for_usec,
		.timeout_usec = job->timeout_usec,
		.asking = job->peer,
		.bytes = job->bytes,
		.id = job->id,
		.place = place_checked,
	};

	return deed_carry_out(change->hierarchy, change->proc_fd, &deed, check_subject, job,
			      &change->moved, &change->error);
}

int deed_job_init(struct deed_job *job, const struct node *node, const char *scope)
{
	return change_init(&job->change, node, scope, deed_job_carry_out);
}

void deed_job_done(struct deed_job *job)
{
	if (job->change.generation)
		change_done(&job->change);
	slicectl_limits_free(job->limits);
	free(job->pids);
	(void)service_manager_free(job->service_manager);
	words_free(job->owners);
	words_free(job->letting_rules);
}
