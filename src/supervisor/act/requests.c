/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/requests.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/limits.h"
#include "supervisor/act/parts.h"
#include "supervisor/act/zombies.h"
#include "supervisor/work/priority.h"

/* Limits for one user other than root: all requests, and those that wait for processes. */
enum { UNDER_WAY_MAX = 8, WAITING_MAX = 2 };

enum { PATIENT_WORKERS = 32 };

#define CLOSE_USEC (2 * CLOCK_USEC_PER_SEC)

/* The workers for one class of users.  Each is created when it is first needed. */
struct lane {
	struct worker *prompt, *patient[PATIENT_WORKERS]; /* patient: for requests that wait */
};

struct requests {
	struct act *act;
	struct lane root, users;
	struct worker *reclaims;   /* memory is reclaimed of one cgroup after another */
	struct request *under_way; /* list */
	_Atomic int scheduler; /* enum config_scheduler of the daemon, which the workers reset */
};

struct requests *requests_new(struct act *act)
{
	struct requests *requests = calloc(1, sizeof(*requests));

	if (requests)
		requests->act = act;
	return requests;
}

/* requests_close() must be called before. */
struct requests *requests_free(struct requests *requests)
{
	free(requests);
	return NULL;
}

static struct request *request_of(struct job *job)
{
	return container_of(change_of(job), struct request, deed.change);
}

static void report_request(struct act *act, const struct request *request,
			   const struct outcome *outcome)
{
	const struct change *change = &request->deed.change;
	_cleanup_free_ char *limits = request->deed.kind == DEED_RECLAIM ?
					      text_format("memory.reclaim=%" PRIu64,
							  request->deed.bytes) :
					      limits_text(request->deed.limits);
	char span[32];
	struct action action = request->is_own ?
				       action_own(request->action, change->scope, request->reason) :
				       action_asked(request->action, request->actor, change->owner,
						    change->scope);

	if (request->is_own)
		action.actor = request->actor;
	if (request->deed.for_usec > 0) {
		(void)snprintf(span, sizeof(span), "for %llu s",
			       (unsigned long long)(request->deed.for_usec / CLOCK_USEC_PER_SEC));
		action.reason = span;
	}
	action.old = request->old;
	action.new = limits &&*limits ? limits : NULL;
	report_action(act->report, &action, outcome);
}

static void finish_own(struct requests *requests, struct request *request,
		       const struct outcome *outcome)
{
	report_request(requests->act, request, outcome);
	if (request->own_done)
		request->own_done(request->own_data, outcome);
	(void)request_free(request);
}

static void on_done(struct job *job)
{
	struct request *request = request_of(job);
	struct change *change = &request->deed.change;
	struct requests *requests = change->giver;
	struct outcome outcome = { .processes = change->moved };

	DL_DELETE(requests->under_way, request);
	if (change->code == -ECANCELED)
		(void)error_set(&change->error, ECANCELED,
				"%s was not started: slicectld is stopping or could not start a thread for it",
				request->action);
	if (change->code == -ETIMEDOUT && request->deed.kind == DEED_DESTROY)
		zombies_watch(requests->act->zombies, change->scope);
	outcome.code = change->code;
	outcome.error = change->error;
	if (request->is_own) {
		finish_own(requests, request, &outcome);
		return;
	}
	report_request(requests->act, request, &outcome);
	if (request->held) /* a change that failed may have left a mark */
		request->held(request->held_data, change->scope, request->deed.for_usec);
	request_finish(request, outcome.code, &outcome.error);
}

/* Runs in the thread. */
static void request_run(struct job *job)
{
	struct change *change = change_of(job);

	change->code = change->carry_out(change);
}

/* Resets the priority of the thread, because requests are less urgent than rules. */
static void on_begin(void *data)
{
	const struct requests *requests = data;

	priority_change(0, (enum config_scheduler)requests->scheduler, CONFIG_SCHEDULER_NORMAL);
}

/* Requests of the daemon and forced requests use the workers of root. */
static struct worker **choose_worker(struct requests *requests, const struct request *request)
{
	bool is_root = request->deed.uid == 0 || request->forced || request->is_own;
	struct lane *lane = is_root ? &requests->root : &requests->users;
	struct worker **best = &lane->patient[0];

	if (request->deed.kind == DEED_RECLAIM)
		return &requests->reclaims;
	if (!request->waits)
		return &lane->prompt;
	for (size_t i = 1; i < PATIENT_WORKERS; i++) {
		if (worker_pending(lane->patient[i]) < worker_pending(*best))
			best = &lane->patient[i];
	}
	return best;
}

/* Counts also requests whose client has disconnected. */
struct requests_load requests_load_of(const struct requests *requests, uid_t uid)
{
	struct requests_load load = { 0 };
	const struct request *request;

	DL_FOREACH (requests->under_way, request) {
		load.all += request->deed.uid == uid;
		load.waiting += request->deed.uid == uid && request->waits;
	}
	return load;
}

bool requests_have_room(struct requests_load load, bool waits)
{
	return load.all < UNDER_WAY_MAX && (!waits || load.waiting < WAITING_MAX);
}

int requests_admit(const struct requests *requests, const struct request *request,
		   struct slicectl_error *error)
{
	struct requests_load load = requests_load_of(requests, request->deed.uid);

	if (request->deed.uid == 0 || requests_have_room(load, request->waits))
		return 0;
	return error_set(error, EAGAIN,
			 "%u changes of uid %u are already under way; try again when they are done",
			 load.all, (unsigned)request->deed.uid);
}

void requests_submit(struct requests *requests, struct request *request)
{
	struct change *change = &request->deed.change;
	struct worker **worker = choose_worker(requests, request);
	const struct worker_options options = { .begin = on_begin,
						.data = requests,
						.privilege = &requests->act->node->privilege,
						.needs_thread = request->waits };

	change->giver = requests;
	change->job = (struct job){ .run = request_run, .done = on_done };
	DL_APPEND(requests->under_way, request);
	requests->scheduler = requests->act->node->config->supervisor.scheduler;
	if (!*worker && worker_new(requests->act->node->loop, &options, worker, &change->error) < 0)
		on_done(&change->job);
	else
		worker_submit(*worker, &change->job, false);
}

static bool close_worker(struct worker **worker, uint64_t deadline_usec)
{
	uint64_t now = clock_now_usec();
	bool idle = worker_abandon(*worker, deadline_usec > now ? deadline_usec - now : 0);

	*worker = NULL;
	return idle;
}

static bool close_lane(struct lane *lane, uint64_t deadline_usec)
{
	bool idle = close_worker(&lane->prompt, deadline_usec);

	for (size_t i = 0; i < PATIENT_WORKERS; i++)
		idle = close_worker(&lane->patient[i], deadline_usec) && idle;
	return idle;
}

/* Records the requests that are still being carried out when the daemon stops. */
static void report_left(struct requests *requests)
{
	struct outcome outcome = { .code = -EINPROGRESS };
	const struct request *request;

	(void)error_set(&outcome.error, EINPROGRESS, "slicectld stopped while it was under way");
	DL_FOREACH (requests->under_way, request)
		report_request(requests->act, request, &outcome);
}

bool requests_close(struct requests *requests)
{
	uint64_t deadline = clock_deadline_usec(CLOSE_USEC);
	bool idle = close_lane(&requests->root, deadline);

	idle = close_lane(&requests->users, deadline) && idle;
	idle = close_worker(&requests->reclaims, deadline) && idle;
	report_left(requests);
	return idle;
}

/* memory.reclaim and a lower memory.high make the kernel reclaim within the write, for as long as that
 * takes. */
static bool may_reclaim(const struct own_request *own)
{
	const char *file = slicectl_limits_file(own->limits, 0);

	if (own->kind == DEED_RECLAIM)
		return true;
	return (own->kind == DEED_NUDGE || own->kind == DEED_NUDGE_ON || own->kind == DEED_UNNUDGE) &&
	       file && text_equal(file, "memory.high");
}

/* NULL when out of memory. */
static struct request *new_own(const struct node *node, const struct own_request *own)
{
	struct request *request = calloc(1, sizeof(*request));

	if (!request || deed_job_init(&request->deed, node, own->path) < 0) {
		free(request);
		return NULL;
	}
	free(request->deed.change.owner);
	request->deed.change.owner = strdup(own->owner);
	request->deed.kind = own->kind;
	request->deed.id = own->id;
	request->deed.bytes = own->bytes;
	request->deed.limits = own->limits ? limits_copy(own->limits) : NULL;
	request->is_own = true;
	request->waits = may_reclaim(own);
	request->action = own->action;
	request->actor = strdup(own->actor ? own->actor : "slicectld");
	request->reason = strdup(own->reason);
	request->old = own->old ? strdup(own->old) : NULL;
	request->own_done = own->done;
	request->own_data = own->data;
	if (request->deed.change.owner && request->actor && request->reason &&
	    (!own->limits || request->deed.limits) && (!own->old || request->old))
		return request;
	return request_free(request);
}

void requests_submit_own(struct requests *requests, const struct own_request *own)
{
	struct request *request = new_own(requests->act->node, own);
	struct outcome outcome = { .code = -ENOMEM, .error = SLICECTL_ERROR_INIT };

	if (!request) {
		if (own->done)
			own->done(own->data, &outcome);
		return;
	}
	outcome.code = 0;
	outcome.dry_run = requests->act->node->dry_run || own->dry_run;
	if (outcome.dry_run)
		finish_own(requests, request, &outcome);
	else
		requests_submit(requests, request);
}
