/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/activities.h"

#include <stdio.h>

#include "supervisor/family/observed.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/report/parts.h"

void activities_report(struct report *report, const struct family *family, uint64_t now_ns)
{
	const struct observed *observed = family->observed;
	const struct activity *activity = &observed->activity;
	char action[32], evidence[ACTIVITY_EVIDENCE_SIZE];
	const struct record_activity told = {
		.before = activity_name(observed->told),
		.evidence = activity_evidence(activity, evidence),
		.span_usec = activity_last_span(activity) / 1000,
		.since_usec = (now_ns - activity->since_ns) / 1000,
		.changes = observed->untold,
	};
	struct record record = {
		.time_ns = view_realtime_ns(&report->node->view),
		.action = action,
		.actor = "slicectld",
		.rule = family->rule->name,
		.family = family->members.root_pid,
		.comm = *family->root.comm ? family->root.comm : NULL,
		.pid = family->members.root_pid,
		.start_ticks = family->root.start_ticks,
		.boot_id = report->node->boot_id,
		.scope = family->scope && family->scope->exists ? family_scope(family) : NULL,
		.emergency = report->emergency,
		.activity = &told,
		.dry_run = report->node->dry_run,
	};

	(void)snprintf(action, sizeof(action), "family.%s", activity_name(activity->state));
	/* Nobody listens to a replay. */
	if (report->node->view.replay)
		(void)report_write(report, &record, AUDIT_WRITTEN);
	else
		feed_publish(report->feed, &record);
}
