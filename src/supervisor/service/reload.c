/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/error.h"
#include "base/log.h"
#include "supervisor/life/reconsider.h"
#include "supervisor/service/capability.h"
#include "supervisor/service/fresh.h"
#include "supervisor/service/lookup.h"
#include "supervisor/service/metrics_file.h"
#include "supervisor/service/notify.h"
#include "supervisor/service/parts.h"
#include "supervisor/service/rematch.h"
#include "supervisor/work/priority.h"

/* Before a client gives up, which waits for ten seconds. */
#define ANSWER_USEC (8 * CLOCK_USEC_PER_SEC)
#define CLOSE_USEC (500 * CLOCK_USEC_PER_MSEC)

/* Threads that wait for a file system for ever; beyond these the configuration stays as it is. */
enum { HUNG_MAX = 4 };

struct reload {
	struct service *service;
	struct worker *worker;                  /* created when it is needed */
	struct fresh *fresh;                    /* being loaded; or NULL */
	struct reload_waiter *served, *waiting; /* for this reload, and for the next */
	bool again;                             /* another one is to follow */
	sd_event_source *timer;
	unsigned hung;
	bool closing; /* nothing is taken into force any more */
};

/* Reports changes of keys that are only read when the detector is opened. */
static void warn_of_deferred_keys(const struct config_supervisor *before,
				  const struct config_supervisor *after)
{
	if (before->detector != after->detector || before->receive_buffer != after->receive_buffer)
		log_warning(
			"changes of detector and receive-buffer take effect at the next start of slicectld");
}

static void enforce_fresh(struct service *service, struct generation *generation,
			  struct audit_writer *audit)
{
	struct node *node = service->rooms.node;
	const struct config_supervisor *before = &node->config->supervisor;
	const struct config_supervisor *after = &generation->config->supervisor;

	warn_of_deferred_keys(before, after);
	priority_change(0, before->scheduler, after->scheduler);
	node_enforce(node, generation);
	report_set_audit(service->rooms.report, audit);
	service->reload_failed = false;
	service->loaded_ns = clock_now_ns(CLOCK_REALTIME);
}

/* Updates the rooms that keep state which depends on the configuration. */
static void update_rooms(struct service *service)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	metrics_file_schedule(service->metrics_file);
	if (guard_apply(service->rooms.guard, &error) < 0)
		log_warning("%s", error.message);
	mover_refresh(service->rooms.mover);
	observe_apply(service->rooms.observe);
	watches_apply(service->rooms.watches);
	policies_apply(service->rooms.policies);
}

/* Makes what the new configuration needs, before any of it is used. */
static int prepare(const struct node *node, struct fresh *fresh, struct generation **ret_generation,
		   struct audit_writer **ret_audit, struct slicectl_error *error)
{
	struct audit_writer *audit = NULL;
	struct generation *generation;
	int r = audit_writer_new(node, fresh->config->supervisor.audit_log, &fresh->audit, &audit,
				 error);

	if (r < 0)
		return r;
	generation = generation_new(fresh->config, fresh->hierarchy);
	if (!generation) {
		(void)audit_writer_close(audit);
		return error_set(error, ENOMEM, "out of memory");
	}
	fresh->config = NULL;
	fresh->hierarchy = NULL;
	*ret_generation = generation;
	*ret_audit = audit;
	return 0;
}

static int take(struct service *service, struct fresh *fresh, struct slicectl_error *error)
{
	struct node *node = service->rooms.node;
	struct generation *generation = NULL;
	struct audit_writer *audit = NULL;
	int r = prepare(node, fresh, &generation, &audit, error);

	if (r < 0)
		return r;
	capability_raise(service, generation->config);
	enforce_fresh(service, generation, audit);
	update_rooms(service);
	capability_lower(service);
	log_info("reloaded the configuration: %zu rule%s", node->config->rules.count,
		 node->config->rules.count == 1 ? "" : "s");
	reconsider_limits(service->rooms.life, fresh->before->config);
	reconsider_failed(service->rooms.life);
	lookup_schedule(service->lookup);
	rematch(service, LOSS_RELOAD);
	return 0;
}

static void refuse(struct service *service, const struct slicectl_error *error)
{
	service->reload_failed = true;
	service->refused_ns = clock_now_ns(CLOCK_REALTIME);
	(void)snprintf(service->refused, sizeof(service->refused), "%s", error->message);
	log_error("%s; keeping the current configuration", error->message);
}

/* The log that was rotated is opened again also when the new configuration is refused. */
static void take_audit(struct service *service, struct fresh *fresh)
{
	const struct node *node = service->rooms.node;
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct audit_writer *audit;

	if (fresh->has_audit && audit_writer_new(node, node->config->supervisor.audit_log,
						 &fresh->audit, &audit, &error) == 0)
		report_set_audit(service->rooms.report, audit);
}

static void start(struct reload *reload);

static void answer(struct reload_waiter *waiters, const struct slicectl_error *error)
{
	struct reload_waiter *waiter, *next;

	DL_FOREACH_SAFE (waiters, waiter, next)
		waiter->done(waiter, error);
}

/* Answers those who waited, and starts the reload that was requested meanwhile. */
static void finish(struct reload *reload, const struct slicectl_error *error)
{
	struct reload_waiter *served = reload->served;

	reload->fresh = NULL;
	reload->served = NULL;
	reload->timer = sd_event_source_unref(reload->timer);
	if (error->code)
		refuse(reload->service, error);
	notify_reloaded(reload->service);
	answer(served, error);
	if (reload->again)
		start(reload);
}

static void on_loaded(struct job *job)
{
	struct fresh *fresh = container_of(job, struct fresh, job);
	struct reload *reload = fresh->data;
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (reload->closing) {
		(void)fresh_free(fresh);
		return;
	}
	if (fresh->code < 0) {
		error = fresh->error;
		take_audit(reload->service, fresh);
	} else {
		(void)take(reload->service, fresh, &error);
	}
	(void)fresh_free(fresh);
	finish(reload, &error);
}

/* The thread, and what it uses, is left behind. */
static int on_timeout(sd_event_source *source, uint64_t usec, void *data)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct reload *reload = data;
	struct worker *worker = TAKE_PTR(reload->worker);

	if (worker_abandon(worker, 0))
		return 0; /* on_loaded() was called just now */
	reload->hung++;
	(void)error_set(&error, ETIMEDOUT,
			"the configuration could not be read in 8 s, because the file system of one of its files, or of the audit log, hangs");
	finish(reload, &error);
	return 0;
}

static int load_in_thread(struct reload *reload, struct slicectl_error *error)
{
	struct node *node = reload->service->rooms.node;
	const struct worker_options options = { .privilege = &node->privilege };
	int r = reload->worker ? 0 : worker_new(node->loop, &options, &reload->worker, error);

	if (r == 0 && reload->hung >= HUNG_MAX)
		return error_set(error, ETIMEDOUT,
				 "%u reloads hang already; end what holds the file system up, and restart slicectld",
				 reload->hung);
	if (r < 0)
		return r;
	reload->fresh = fresh_new(&reload->service->options, node->generation, on_loaded, reload);
	if (!reload->fresh ||
	    sd_event_add_time_relative(node->loop, &reload->timer, CLOCK_MONOTONIC, ANSWER_USEC,
				       1000, on_timeout, reload) < 0) {
		reload->fresh = fresh_free(reload->fresh);
		return error_set(error, ENOMEM, "out of memory");
	}
	worker_submit(reload->worker, &reload->fresh->job, false);
	return 0;
}

static void start(struct reload *reload)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	reload->again = false;
	reload->served = reload->waiting;
	reload->waiting = NULL;
	notify_reloading();
	if (load_in_thread(reload, &error) < 0)
		finish(reload, &error);
}

void reload_begin(struct service *service, struct reload_waiter *waiter)
{
	struct reload *reload = service->reload;

	if (waiter)
		DL_APPEND(reload->waiting, waiter);
	reload->again = true;
	if (!reload->fresh)
		start(reload);
}

struct reload *reload_new(struct service *service)
{
	struct reload *reload = calloc(1, sizeof(*reload));

	if (reload)
		reload->service = service;
	return reload;
}

bool reload_close(struct reload *reload)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	bool done;

	if (!reload)
		return true;
	reload->closing = true;
	reload->timer = sd_event_source_unref(reload->timer);
	done = worker_abandon(TAKE_PTR(reload->worker), CLOSE_USEC);
	(void)error_set(&error, ECANCELED, "slicectld is stopping");
	answer(reload->served, &error);
	answer(reload->waiting, &error);
	if (done) /* else the job refers to it */
		free(reload);
	return done;
}
