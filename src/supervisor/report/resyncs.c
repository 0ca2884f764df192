/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/resyncs.h"

#include "supervisor/report/parts.h"

uint64_t resyncs_report(struct report *report, enum loss_cause cause,
			const struct reconciled *found, uint64_t begun_ns, uint64_t lost)
{
	const struct record_resync resync = {
		.cause = loss_name(cause),
		.duration_usec = (view_now_ns(&report->node->view) - begun_ns) / 1000,
		.lost = lost,
		.forks = found->forks,
		/* After a change of the rules all processes are matched again, which is not a
		 * missed exec. */
		.execs = cause == LOSS_RELOAD || cause == LOSS_ACCOUNTS ? 0 : found->execs,
		.exits = found->exits,
	};
	const struct record record = {
		.time_ns = view_realtime_ns(&report->node->view),
		.action = "resync",
		.actor = "slicectld",
		.boot_id = report->node->boot_id,
		.processes = found->processes,
		.resync = &resync,
		.dry_run = report->node->dry_run,
	};

	(void)report_write(report, &record, AUDIT_LATER);
	if (cause != LOSS_START)
		journal_log(report->journal, &record);
	return resync.duration_usec;
}
