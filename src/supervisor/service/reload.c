/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/reload.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "control/audit.h"
#include "supervisor/life/reconsider.h"
#include "supervisor/service/capability.h"
#include "supervisor/service/load.h"
#include "supervisor/service/lookup.h"
#include "supervisor/service/metrics_file.h"
#include "supervisor/service/notify.h"
#include "supervisor/service/parts.h"
#include "supervisor/service/rematch.h"
#include "supervisor/work/priority.h"

/* A new configuration and what depends on it, before it replaces the current one. */
struct fresh {
	struct config *config;
	struct slicectl_hierarchy *hierarchy;
	struct generation *generation; /* owns both once it is made */
	struct audit audit;
};

static void fresh_done(struct fresh *fresh)
{
	audit_close(&fresh->audit);
	(void)generation_unref(fresh->generation);
	slicectl_hierarchy_free(fresh->hierarchy);
	config_free(fresh->config);
}

static int check_base(const struct node *node, const struct slicectl_hierarchy *hierarchy,
		      struct slicectl_error *error)
{
	const char *before = slicectl_hierarchy_path(node->hierarchy);
	const char *after = slicectl_hierarchy_path(hierarchy);

	if (text_equal(before, after))
		return 0;
	return error_set(error, EBUSY,
			 "the base cannot change from %s to %s while slicectld runs; restart it",
			 before, after);
}

static int make_generation(struct fresh *fresh, struct slicectl_error *error)
{
	fresh->generation = generation_new(fresh->config, fresh->hierarchy);
	if (!fresh->generation)
		return error_set(error, ENOMEM, "out of memory");
	fresh->config = NULL;
	fresh->hierarchy = NULL;
	return 0;
}

static int load_fresh(const struct service *service, struct fresh *fresh,
		      struct slicectl_error *error)
{
	int r;

	r = load_config(&service->options, service->rooms.node->config, &fresh->config, error);
	if (r == 0)
		r = load_hierarchy(&service->options, fresh->config, &fresh->hierarchy, error);
	if (r == 0)
		r = check_base(service->rooms.node, fresh->hierarchy, error);
	if (r == 0)
		r = audit_open_key(&fresh->audit, fresh->config->supervisor.audit_log, error);
	return r == 0 ? make_generation(fresh, error) : r;
}

/* Reports changes of keys that are only read when the detector is opened. */
static void warn_of_deferred_keys(const struct config_supervisor *before,
				  const struct config_supervisor *after)
{
	if (before->detector != after->detector || before->receive_buffer != after->receive_buffer)
		log_warning(
			"changes of detector and receive-buffer take effect at the next start of slicectld");
}

static void enforce_fresh(struct service *service, struct fresh *fresh)
{
	struct node *node = service->rooms.node;
	const struct config_supervisor *before = &node->config->supervisor;
	const struct config_supervisor *after = &fresh->generation->config->supervisor;

	warn_of_deferred_keys(before, after);
	priority_change(0, before->scheduler, after->scheduler);
	node_enforce(node, TAKE_PTR(fresh->generation));
	report_swap_audit(service->rooms.report, &fresh->audit);
	service->reload_failed = false;
	service->loaded_ns = clock_now_ns(CLOCK_REALTIME);
}

/* Updates the rooms that keep state which depends on the configuration. */
static void update_rooms(struct service *service, struct slicectl_error *error)
{
	metrics_file_schedule(service->metrics_file);
	if (guard_apply(service->rooms.guard, error) < 0)
		log_warning("%s", error->message);
	mover_refresh(service->rooms.mover);
}

/* A log that was rotated must be opened again also when the new configuration is refused; records
 * would go on to the old file. */
static void reopen_audit(struct service *service)
{
	const char *key = service->rooms.node->config->supervisor.audit_log;
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct audit audit = AUDIT_NULL;

	if (audit_open_key(&audit, key, &error) == 0)
		report_swap_audit(service->rooms.report, &audit);
	else
		log_debug("%s", error.message);
	audit_close(&audit);
}

int reload(struct service *service, struct slicectl_error *error)
{
	struct fresh fresh __attribute__((cleanup(fresh_done))) = { .audit = AUDIT_NULL };
	struct node *node = service->rooms.node;
	struct generation *before;
	int r;

	notify_reloading();
	r = load_fresh(service, &fresh, error);
	if (r < 0) {
		notify_reloaded(service);
		service->reload_failed = true;
		service->refused_ns = clock_now_ns(CLOCK_REALTIME);
		(void)snprintf(service->refused, sizeof(service->refused), "%s", error->message);
		reopen_audit(service);
		log_error("%s; keeping the current configuration", error->message);
		return r;
	}
	capability_raise(service, fresh.generation->config);
	before = generation_ref(node->generation);
	enforce_fresh(service, &fresh);
	update_rooms(service, error);
	capability_lower(service);
	log_info("reloaded the configuration: %zu rule%s", node->config->rules.count,
		 node->config->rules.count == 1 ? "" : "s");
	reconsider_limits(service->rooms.life, before->config);
	(void)generation_unref(before);
	reconsider_failed(service->rooms.life);
	lookup_schedule(service->lookup);
	rematch(service, LOSS_RELOAD);
	notify_reloaded(service);
	return 0;
}
