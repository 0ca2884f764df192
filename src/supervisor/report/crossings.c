/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/crossings.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "supervisor/report/parts.h"

void crossings_report(struct report *report, const struct crossing_told *told)
{
	_cleanup_free_ char *actor = text_format("watch:%s", told->watch);
	const struct record record = {
		.time_ns = view_realtime_ns(&report->node->view),
		.action = "watch.crossed",
		.actor = actor,
		.rule = told->family ? told->family->rule->name : NULL,
		.family = told->family ? told->family->members.root_pid : 0,
		.scope = told->scope,
		.pid = told->subject->pid,
		.comm = *told->subject->comm ? told->subject->comm : NULL,
		.start_ticks = told->subject->start_ticks,
		.boot_id = report->node->boot_id,
		.crossing = &told->crossing,
		.dry_run = report->node->dry_run,
	};

	(void)report_write(report, &record, AUDIT_LATER);
	journal_log(report->journal, &record);
}
