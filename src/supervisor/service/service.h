/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The daemon as a service: reload of its configuration, its capabilities, notification of the
 * service manager, and its metrics. */

#include "supervisor/detect/detect.h"
#include "supervisor/guard/guard.h"
#include "supervisor/policy/policies.h"
#include "supervisor/service/options.h"

struct service;

/* The rooms that it reads and updates after a reload.  All of them must outlive it. */
struct service_rooms {
	struct node *node;
	struct families *families;
	struct report *report;
	struct mover *mover;
	struct act *act;
	struct life *life;
	struct observe *observe;
	struct watches *watches;
	struct policies *policies;
	struct detect *detect;
	struct guard *guard;
};

/* @options is copied. */
int service_new(const struct service_rooms *rooms, const struct supervisor_options *options,
		struct service **ret_service, struct slicectl_error *error);

/* Frees @service.  Returns false when a write of the metrics, a lookup of users or a reload is still
 * running.  Accepts NULL. */
bool service_close(struct service *service);

/* CLOCK_REALTIME: when the daemon started, and when the configuration in force was loaded. */
uint64_t service_started_ns(const struct service *service);
uint64_t service_loaded_ns(const struct service *service);

/* When the last reload was refused, and its first problem; 0 when the last reload was not. */
uint64_t service_refused(const struct service *service, const char **ret_problem);

/* Logs what was done in total when the daemon stops.  @why is the reason of the stop. */
void service_log_sum(const struct service *service, const char *why);

/* Starts to look up the users and groups that are not known yet. */
void service_schedule_lookup(struct service *service);

/* Starts to write the metrics file as configured. */
void service_schedule_metrics(struct service *service);
