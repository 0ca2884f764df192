/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/reload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "supervisor/capability.h"
#include "supervisor/guard.h"
#include "supervisor/listen.h"
#include "supervisor/load.h"
#include "supervisor/loss.h"
#include "supervisor/metrics_file.h"
#include "supervisor/mover.h"
#include "supervisor/notify.h"
#include "supervisor/priority.h"
#include "supervisor/supervised.h"

/* Everything that follows from a configuration, before it takes the old one's place. */
struct fresh {
	struct config *config;
	struct slicectl_hierarchy *hierarchy;
	struct audit audit;
	struct retired *retired;
};

static void fresh_done(struct fresh *fresh)
{
	free(fresh->retired);
	audit_close(&fresh->audit);
	slicectl_hierarchy_free(fresh->hierarchy);
	config_free(fresh->config);
}

static int prepare(struct supervisor *supervisor, struct fresh *fresh, struct slicectl_error *error)
{
	int r;

	r = load_config(&supervisor->options, &fresh->config, error);
	if (r == 0)
		r = load_hierarchy(&supervisor->options, fresh->config, &fresh->hierarchy, error);
	if (r < 0)
		return r;
	r = capability_check(supervisor, fresh->config, error);
	if (r < 0)
		return r;
	if (!text_equal(slicectl_hierarchy_path(fresh->hierarchy),
			slicectl_hierarchy_path(supervisor->hierarchy)))
		return error_set(error, EBUSY,
				 "the base cannot change from %s to %s while slicectld runs; restart it",
				 slicectl_hierarchy_path(supervisor->hierarchy),
				 slicectl_hierarchy_path(fresh->hierarchy));
	r = audit_open(&fresh->audit, fresh->config->supervisor.audit_log, error);
	fresh->retired = calloc(1, sizeof(*fresh->retired));
	if (r == 0 && !fresh->retired)
		return error_set(error, ENOMEM, "out of memory");
	return r;
}

/* What is read once, when the detector is opened. */
static void say_what_waits(const struct config_supervisor *before,
			   const struct config_supervisor *after)
{
	if (before->detector != after->detector || before->receive_buffer != after->receive_buffer)
		log_warning("detector and receive-buffer change at the next start only");
}

#define SWAP(a, b)                           \
	do {                                 \
		__typeof__(a) _before = (a); \
		(a) = (b);                   \
		(b) = _before;               \
	} while (0)

static void take_over(struct supervisor *supervisor, struct fresh *fresh)
{
	say_what_waits(&supervisor->config->supervisor, &fresh->config->supervisor);
	priority_change(0, supervisor->config->supervisor.scheduler,
			fresh->config->supervisor.scheduler);
	SWAP(supervisor->config, fresh->config);
	fresh->audit.written += supervisor->audit.written;
	fresh->audit.failed += supervisor->audit.failed;
	SWAP(supervisor->audit, fresh->audit);
	/* Families refer to the rules that they began with, moves to the hierarchy. */
	fresh->retired->config = fresh->config;
	fresh->retired->hierarchy = supervisor->hierarchy;
	supervisor->hierarchy = fresh->hierarchy;
	fresh->hierarchy = NULL;
	fresh->config = NULL;
	LL_PREPEND(supervisor->retired, fresh->retired);
	fresh->retired = NULL;
	supervisor->table.capacity = supervisor->config->supervisor.max_processes;
}

int reload(struct supervisor *supervisor, struct slicectl_error *error)
{
	struct fresh fresh __attribute__((cleanup(fresh_done))) = { .audit = AUDIT_NULL };
	int r;

	notify_reloading(supervisor);
	r = prepare(supervisor, &fresh, error);
	if (r < 0) {
		notify_reloaded(supervisor);
		supervisor->reload_failed = true;
		log_error("%s; the configuration stays as it was", error->message);
		return r;
	}
	take_over(supervisor, &fresh);
	supervisor->reload_failed = false;
	supervisor->loaded_ns = clock_now_ns(CLOCK_REALTIME);
	metrics_file_schedule(supervisor);
	if (guard_apply(supervisor, error) < 0)
		log_warning("%s", error->message);
	mover_refresh(supervisor);
	supervised_sweep_configs(supervisor);
	log_info("the configuration was read again: %zu rules", supervisor->config->rules.count);
	/* To the rules everybody is new. */
	table_forget_images(&supervisor->table);
	loss_note(supervisor, LOSS_RELOAD);
	listen_look_soon(supervisor);
	notify_reloaded(supervisor);
	return 0;
}
