/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/request_job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <utlist.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"
#include "cgroup/lifecycle.h"
#include "cgroup/limits.h"
#include "cgroup/mark.h"
#include "cgroup/place.h"
#include "cgroup/remove.h"
#include "supervisor/action.h"
#include "supervisor/exempt.h"
#include "supervisor/priority.h"
#include "supervisor/supervised.h"
#include "supervisor/zombie_list.h"

/* Of one user other than root; and of those that wait for the end of processes. */
enum { UNDER_WAY_MAX = 8, PATIENT_MAX = 2 };

#define CLOSE_USEC (2 * CLOCK_USEC_PER_SEC)

static struct request *request_of(struct job *job)
{
	return container_of(job, struct request, job);
}

/* A child of who asks, and nobody has put it elsewhere since: who may start a process in the
 * scope may bring that one. */
static bool is_just_started(const struct request *request, const struct held_process *held,
			    const char *shown)
{
	_cleanup_free_ char *peer = NULL;

	return held->stat.ppid == request->peer &&
	       procfs_read_cgroup(request->proc_fd, request->peer, &peer) == 0 &&
	       text_equal(peer, shown);
}

/* Where it is now must be theirs to take it from: another owner may have frozen it there.  What
 * is outside of all slices is nobody's. */
static int check_source(const struct request *request, const struct held_process *held,
			struct slicectl_error *error)
{
	pid_t pid = held->stat.pid;
	_cleanup_free_ char *shown = NULL;
	const char *prefix = request->hierarchy->base_prefix, *owner;
	int r = procfs_read_cgroup(request->proc_fd, pid, &shown);

	if (r < 0)
		return r;
	if (!text_starts_with(shown, prefix) || shown[strlen(prefix)] != '/')
		return 0;
	owner = slicectl_hierarchy_owner(request->hierarchy, shown + strlen(prefix) + 1);
	for (char **own = request->owners; owner && own && *own; own++) {
		if (text_equal(*own, owner))
			return 0;
	}
	if (!owner || is_just_started(request, held, shown))
		return 0;
	return error_set(error, EPERM, "process %d is in %s, which is owner '%s's", (int)pid,
			 shown + strlen(prefix) + 1, owner);
}

/* Root may move anybody; others whom they could signal, and no more: their own. */
static int check_subject(const struct request *request, const struct held_process *held,
			 struct slicectl_error *error)
{
	const char *exempt = exempt_reason(held);
	pid_t pid = held->stat.pid;
	uid_t uid;
	int r;

	if (exempt)
		return error_set(error, EPERM, "process %d stays where it is: %s", (int)pid, exempt);
	if (request->uid == 0)
		return 0;
	r = procfs_read_uid(request->proc_fd, pid, &uid);
	if (r == 0 && uid == request->uid)
		r = check_source(request, held, error);
	else if (r == 0)
		r = error_set(error, EPERM, "process %d is not yours (uid %u) to move", (int)pid,
			      (unsigned)request->uid);
	return r == 0 && !held_process_is_alive(held) ? -ESRCH : r;
}

static int move_one(struct request *request, const struct place *place, pid_t pid)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	int r;

	r = held_process_open(request->proc_fd, pid, &held);
	if (r == 0)
		r = check_subject(request, &held, &request->error);
	if (r == 0)
		r = place_held(request->hierarchy, place, &held, &request->error);
	if (r < 0 && request->error.code != -r)
		return error_set(&request->error, -r, "process %d: %s", (int)pid,
				 r == -ESRCH ? "there is no such process" : strerror(-r));
	return r;
}

static int move_all(struct request *request)
{
	_cleanup_place_ struct place place = PLACE_NULL;
	int r;

	r = lifecycle_check_active(request->hierarchy, request->scope, &request->error);
	if (r == 0)
		r = place_open(request->hierarchy, request->scope, &place, &request->error);
	for (size_t i = 0; r == 0 && i < request->n_pids; i++) {
		r = move_one(request, &place, request->pids[i]);
		request->processes += r == 0;
	}
	return r;
}

static int create(struct request *request)
{
	int r;

	r = slicectl_scope_create(request->hierarchy, request->owner, request->scope,
				  request->limits, &request->error);
	if (r < 0 || request->n_pids == 0)
		return r;
	r = move_all(request);
	/* Nothing is left behind, but what did move in is not killed. */
	if (r < 0 &&
	    slicectl_scope_remove(request->hierarchy, request->owner, request->scope, NULL) < 0)
		error_prefix(&request->error, "%s stays, with the processes that were moved before",
			     request->scope);
	return r;
}

static int check_id(struct request *request)
{
	uint64_t id;
	int r;

	if (request->id == 0 || request->kind == REQUEST_RMDIR)
		return 0;
	r = slicectl_scope_id(request->hierarchy, request->scope, &id, &request->error);
	return r < 0 || id == request->id ?
		       r :
		       error_set(&request->error, ENOENT, "%s is another scope of that name",
				 request->scope);
}

static int freeze(struct request *request, bool frozen)
{
	return slicectl_scope_freeze(request->hierarchy, request->owner, request->scope, frozen,
				     request->timeout_usec, &request->error);
}

/* Limits of a slice as well, which nobody else may ask for. */
static int restore(struct request *request)
{
	_cleanup_close_ int fd = directory_open(request->hierarchy->base_fd, request->scope);

	return fd < 0 ? error_set(&request->error, -fd, "%s: %s", request->scope, strerror(-fd)) :
			limits_apply(fd, request->scope, request->limits, &request->error);
}

/* Still the one that was seen, and still not marked as ours. */
static int check_cgroup(const struct request *request)
{
	_cleanup_close_ int fd = directory_open(request->hierarchy->base_fd, request->scope);
	_cleanup_free_ char *made = NULL;
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return fd < 0 ? fd : -errno;
	return status.st_ino != request->id || mark_read(fd, MARK_MADE, &made) == 0 ? -ESTALE : 0;
}

static int remove_cgroup(struct request *request)
{
	int r = check_cgroup(request);

	if (r == 0)
		r = remove_empty(request->hierarchy->base_fd, request->scope);

	return r < 0 ? error_set(&request->error, -r, "%s is not removed: %s", request->scope,
				 r == -EBUSY ? "it is not empty" : strerror(-r)) :
		       0;
}

static int carry_out(struct request *request)
{
	switch (request->kind) {
	case REQUEST_CREATE:
		return create(request);
	case REQUEST_DESTROY:
		return slicectl_scope_destroy(request->hierarchy, request->owner, request->scope,
					      request->timeout_usec, 0, &request->error);
	case REQUEST_SET:
		return slicectl_scope_set(request->hierarchy, request->owner, request->scope,
					  request->limits, &request->error);
	case REQUEST_MOVE:
		return move_all(request);
	case REQUEST_FREEZE:
	case REQUEST_THAW:
		return freeze(request, request->kind == REQUEST_FREEZE);
	case REQUEST_RESTORE:
		return restore(request);
	case REQUEST_RMDIR:
		return remove_cgroup(request);
	default:
		return slicectl_scope_kill(request->hierarchy, request->owner, request->scope,
					   request->timeout_usec, 0, &request->error);
	}
}

/* In the thread. */
static void run(struct job *job)
{
	struct request *request = request_of(job);

	request->code = check_id(request);
	if (request->code == 0)
		request->code = carry_out(request);
}

static void done(struct job *job)
{
	struct request *request = request_of(job);
	struct supervisor *supervisor = request->supervisor;
	struct outcome outcome = { .processes = request->processes };
	struct action action;

	DL_DELETE(supervisor->requests.under_way, request);
	if (request->code == -ECANCELED)
		(void)error_set(&request->error, ECANCELED,
				"%s was not begun: slicectld stops, or has no thread for it",
				request_name(request->kind));
	if (request->code == -ETIMEDOUT && request->kind == REQUEST_DESTROY)
		zombie_watch(supervisor, request->scope);
	outcome.code = request->code;
	outcome.error = request->error;
	action = request->label ? action_own(request->label, request->scope, request->reason) :
				  action_asked(request_name(request->kind), request->actor,
					       request->owner, request->scope);
	action_finish(supervisor, &action, &outcome);
	request_finish(request, outcome.code, &outcome.error);
	supervised_sweep_configs(supervisor);
}

/* What waits is no hurry of the supervisor's. */
static void on_begin(void *data)
{
	const struct supervisor *supervisor = data;

	priority_change(0, (enum config_scheduler)supervisor->requests.scheduler,
			CONFIG_SCHEDULER_NORMAL);
}

static bool takes_time(enum request_kind kind)
{
	return kind == REQUEST_DESTROY || kind == REQUEST_KILL || kind == REQUEST_FREEZE ||
	       kind == REQUEST_THAW;
}

/* Our own are root's. */
static struct worker *choose(struct supervisor *supervisor, const struct request *request)
{
	bool is_root = request->uid == 0 || request->force || request->label;
	struct request_lane *lane = is_root ? &supervisor->requests.root :
					      &supervisor->requests.users;
	struct worker *best = &lane->patient[0];

	if (!takes_time(request->kind))
		return &lane->prompt;
	for (size_t i = 1; i < REQUEST_WORKERS; i++) {
		if (lane->patient[i].pending < best->pending)
			best = &lane->patient[i];
	}
	return best;
}

int request_job_admit(const struct supervisor *supervisor, const struct request *request,
		      struct slicectl_error *error)
{
	const struct request *other;
	unsigned n = 0, patient = 0;

	if (request->uid == 0)
		return 0;
	/* Also those whose client has gone. */
	DL_FOREACH (supervisor->requests.under_way, other) {
		n += other->uid == request->uid;
		patient += other->uid == request->uid && takes_time(other->kind);
	}
	if (n < UNDER_WAY_MAX && (!takes_time(request->kind) || patient < PATIENT_MAX))
		return 0;
	return error_set(error, EAGAIN,
			 "%u changes of uid %u are under way already; ask again when they are done",
			 n, (unsigned)request->uid);
}

void request_job_submit(struct supervisor *supervisor, struct request *request)
{
	struct worker *worker = choose(supervisor, request);

	request->job = (struct job){ .run = run, .done = done };
	request->code = -ECANCELED; /* until it has run */
	DL_APPEND(supervisor->requests.under_way, request);
	supervisor->requests.scheduler = supervisor->config->supervisor.scheduler;
	if (!worker->source) {
		*worker = (struct worker){ .begin = on_begin,
					   .data = supervisor,
					   .needs_thread = takes_time(request->kind) };
		if (worker_open(worker, supervisor->loop, &request->error) < 0) {
			done(&request->job);
			return;
		}
	}
	worker_submit(worker, &request->job, false);
}

static bool close_lane(struct request_lane *lane, uint64_t deadline_usec)
{
	uint64_t now = clock_now_usec();
	bool idle = worker_abandon(&lane->prompt, deadline_usec > now ? deadline_usec - now : 0);

	for (size_t i = 0; i < REQUEST_WORKERS; i++) {
		now = clock_now_usec();
		idle = worker_abandon(&lane->patient[i],
				      deadline_usec > now ? deadline_usec - now : 0) &&
		       idle;
	}
	return idle;
}

/* What goes on without us is on record too. */
static void tell_left(struct supervisor *supervisor)
{
	const struct request *request;

	DL_FOREACH (supervisor->requests.under_way, request) {
		struct outcome outcome = { .code = -EINPROGRESS };
		const struct action action = action_asked(request_name(request->kind),
							  request->actor, request->owner,
							  request->scope);

		(void)error_set(&outcome.error, EINPROGRESS,
				"it was under way when slicectld stopped");
		action_finish(supervisor, &action, &outcome);
	}
}

bool request_job_close(struct supervisor *supervisor)
{
	uint64_t deadline = clock_deadline_usec(CLOSE_USEC);
	bool idle = close_lane(&supervisor->requests.root, deadline);

	idle = close_lane(&supervisor->requests.users, deadline) && idle;
	tell_left(supervisor);
	return idle;
}

void request_job_own(struct supervisor *supervisor, enum request_kind kind, const char *path,
		     const char *owner, const struct slicectl_limits *limits, uint64_t id,
		     const char *label, const char *reason)
{
	struct request *request = calloc(1, sizeof(*request));

	if (!request)
		return;
	*request = (struct request){
		.supervisor = supervisor,
		.kind = kind,
		.hierarchy = supervisor->hierarchy,
		.proc_fd = supervisor->view.proc_fd,
		.label = label,
		.id = id,
		.actor = strdup("slicectld"),
		.scope = strdup(path),
		.owner = strdup(owner),
		.reason = strdup(reason),
		.limits = limits ? limits_copy(limits) : NULL,
	};
	if (request->actor && request->scope && request->owner && (!limits || request->limits))
		request_job_submit(supervisor, request);
	else
		request_finish(request, -ENOMEM, NULL);
}
