/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/detect/resync.h"

#include <utlist.h>

#include "base/clock.h"
#include "base/log.h"
#include "process/reconcile.h"
#include "supervisor/detect/events.h"
#include "supervisor/detect/parts.h"
#include "supervisor/life/member.h"
#include "supervisor/report/resyncs.h"

/* Members that were forked while events were lost may be outside the scope of their family. */
static void follow_members(struct detect *detect)
{
	struct family *family;
	struct process *member, *next;

	DL_FOREACH (families_first(detect->families), family) {
		DL_FOREACH_SAFE2 (family->members.first, member, next, next_member)
			member_follow(detect->life, member, 0);
	}
}

/* Events that the kernel says it dropped since the last scan. */
static uint64_t new_drops(const struct detect *detect)
{
	return detect->connector ? connector_drops(detect->connector) - detect->counts.lost : 0;
}

static bool is_new_rules(enum loss_cause cause)
{
	return cause == LOSS_START || cause == LOSS_RELOAD || cause == LOSS_ACCOUNTS;
}

int resync_scan(struct detect *detect, struct slicectl_error *error)
{
	struct node *node = detect->node;
	uint64_t begun_ns = view_now_ns(&node->view), lost;
	uint64_t rejected = node->table.rejected;
	enum loss_cause cause = node->loss.cause;
	struct reconciled found;
	int r;

	/* Events that are lost during the scan are a new loss. */
	node->loss.cause = LOSS_NONE;
	r = reconcile(&node->table, &node->view, events_take_found, detect, &found, error);
	if (r < 0) {
		node->loss.cause = cause;
		return r;
	}
	follow_members(detect);
	if (!is_new_rules(cause)) /* after new rules the scan has matched every process */
		events_reconsider_all(detect);
	lost = new_drops(detect);
	detect->counts.lost += lost;
	detect->counts.resync_usec += resyncs_report(detect->report, cause, &found, begun_ns, lost);
	detect->rejected_before = rejected;
	loss_made_good(&node->loss, cause, begun_ns, view_now_ns(&node->view));
	return 0;
}

/* A scan that fails because descriptors or memory ran out is tried again: a supervisor that runs
 * without knowing the processes would be worse than one that died. */
uint64_t resync_if_due(struct detect *detect)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	const struct loss *loss = &detect->node->loss;

	if (loss->cause == LOSS_NONE)
		return 0;
	if (view_now_ns(&detect->node->view) < loss->scan_not_before_ns)
		return loss->scan_not_before_ns / 1000 + 1;
	detect->counts.resyncs++;
	log_warning("%s; scanning all processes again", loss_reason(loss->cause));
	if (resync_scan(detect, &error) == 0)
		return loss->cause == LOSS_NONE ? 0 : clock_deadline_usec(CLOCK_USEC_PER_SEC);
	log_error("cannot scan the processes: %s; trying again in a second", error.message);
	return clock_deadline_usec(CLOCK_USEC_PER_SEC);
}
