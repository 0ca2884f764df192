/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/service.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "supervisor/service/lookup.h"
#include "supervisor/service/metrics_file.h"
#include "supervisor/service/parts.h"
#include "supervisor/service/reload.h"

int service_new(const struct service_rooms *rooms, const struct supervisor_options *options,
		struct service **ret_service, struct slicectl_error *error)
{
	struct service *service = calloc(1, sizeof(*service));

	if (!service)
		return error_set(error, ENOMEM, "out of memory");
	*service = (struct service){ .rooms = *rooms,
				     .options = *options,
				     .started_ns = clock_now_ns(CLOCK_REALTIME),
				     .loaded_ns = clock_now_ns(CLOCK_REALTIME),
				     .lookup = lookup_new(service),
				     .metrics_file = metrics_file_new(service),
				     .reload = reload_new(service) };
	if (!service->lookup || !service->metrics_file || !service->reload) {
		(void)service_close(service);
		return error_set(error, ENOMEM, "out of memory");
	}
	*ret_service = service;
	return 0;
}

uint64_t service_started_ns(const struct service *service)
{
	return service->started_ns;
}

uint64_t service_loaded_ns(const struct service *service)
{
	return service->loaded_ns;
}

uint64_t service_refused(const struct service *service, const char **ret_problem)
{
	*ret_problem = service->refused;
	return service->reload_failed ? service->refused_ns : 0;
}

bool service_close(struct service *service)
{
	bool done;

	if (!service)
		return true;
	done = reload_close(service->reload);
	done = metrics_file_close(service->metrics_file) && done;
	done = lookup_close(service->lookup) && done;
	(void)sd_event_source_unref(service->watchdog);
	free(service);
	return done;
}

static void log_families(const struct service *service, const char *why)
{
	struct report_counts counts = report_counts(service->rooms.report);

	log_info(service->rooms.node->dry_run ?
			 "%s: stopping a dry run that changed nothing; %llu families would have been placed, %llu killed, %llu monitored, %llu failed" :
			 "%s: stopping; %llu families placed, %llu killed, %llu monitored, %llu failed; running families are left as they are",
		 why, (unsigned long long)counts.placed, (unsigned long long)counts.killed,
		 (unsigned long long)counts.monitored, (unsigned long long)counts.failed);
}

void service_log_sum(const struct service *service, const char *why)
{
	struct detect_counts counts = detect_counts(service->rooms.detect);

	log_families(service, why);
	log_debug("%llu events; %llu processes exited before they could be read; %llu forged and %llu malformed datagrams; %llu overruns; %llu repeated subscriptions; %llu processes without room in the table",
		  (unsigned long long)counts.events,
		  (unsigned long long)life_counts(service->rooms.life).unread,
		  (unsigned long long)counts.forged, (unsigned long long)counts.malformed,
		  (unsigned long long)counts.overruns, (unsigned long long)counts.relistens,
		  (unsigned long long)service->rooms.node->table.rejected);
}

void service_schedule_lookup(struct service *service)
{
	lookup_schedule(service->lookup);
}

void service_schedule_metrics(struct service *service)
{
	metrics_file_schedule(service->metrics_file);
}
