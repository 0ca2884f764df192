/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/resync.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "process/reconcile.h"
#include "supervisor/apply.h"
#include "supervisor/events.h"
#include "supervisor/family.h"
#include "supervisor/loss.h"
#include "supervisor/report.h"

/* Members that were forked while events were lost may be outside. */
static void follow_members(struct supervisor *supervisor)
{
	struct supervised *family;
	struct process *member, *next;

	DL_FOREACH (supervisor->families, family) {
		DL_FOREACH_SAFE2 (family->family.members, member, next, next_member)
			family_follow(supervisor, member, 0);
	}
}

int resync(struct supervisor *supervisor, struct slicectl_error *error)
{
	uint64_t begun_ns = view_now_ns(&supervisor->view), drops = 0;
	uint64_t rejected = supervisor->table.rejected;
	enum loss cause = supervisor->loss;
	struct reconciled found;
	int r;

	/* What is lost while we look is another loss. */
	supervisor->loss = LOSS_NONE;
	r = reconcile(&supervisor->table, &supervisor->view, take_found, supervisor, &found, error);
	if (r < 0) {
		supervisor->loss = cause;
		return r;
	}
	follow_members(supervisor);
	if (supervisor->connector.socket)
		drops = connector_drops(&supervisor->connector);
	report_resync(supervisor, cause, &found, begun_ns, drops - supervisor->drops);
	supervisor->drops = drops;
	supervisor->rejected_before = rejected;
	loss_made_good(supervisor, cause, begun_ns);
	return 0;
}

/* A look that failed (no descriptors, no memory) is tried again: a supervisor
 * that is alive but blind would be worse than one that died. */
uint64_t resync_if_due(struct supervisor *supervisor)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (supervisor->loss == LOSS_NONE)
		return 0;
	if (view_now_ns(&supervisor->view) < supervisor->resync_not_before_ns)
		return supervisor->resync_not_before_ns / 1000 + 1;
	supervisor->counters.resyncs++;
	log_warning("%s; looking at every process again", loss_reason(supervisor->loss));
	if (resync(supervisor, &error) == 0)
		return supervisor->loss == LOSS_NONE ? 0 : clock_deadline_usec(CLOCK_USEC_PER_SEC);
	log_error("cannot look at every process: %s; trying again in a second", error.message);
	return clock_deadline_usec(CLOCK_USEC_PER_SEC);
}
