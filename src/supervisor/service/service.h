/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The daemon as a service: its configuration over time, its privileges, what it tells the service
 * manager, and its metrics. */

#include "supervisor/detect/detect.h"
#include "supervisor/guard/guard.h"
#include "supervisor/service/options.h"

struct service;

/* The rooms that it reads, and tells of a new configuration.  All of them must outlive it. */
struct service_rooms {
	struct node *node;
	struct families *families;
	struct report *report;
	struct mover *mover;
	struct act *act;
	struct life *life;
	struct detect *detect;
	struct guard *guard;
};

/* @options is copied. */
int service_new(const struct service_rooms *rooms, const struct supervisor_options *options,
		struct service **ret_service, struct slicectl_error *error);

/* Whether the last write of the metrics is done, and it is freed.  Accepts NULL. */
bool service_close(struct service *service);

/* What was done in all, as the daemon stops for the reason @why. */
void service_log_sum(const struct service *service, const char *why);

/* Metrics are written from now on, as configured. */
void service_schedule_metrics(struct service *service);
