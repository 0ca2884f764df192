/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What became of an action: one audit record, and one line for people. */

#include "process/ending.h"
#include "process/reconcile.h"
#include "supervisor/action.h"

/* A rule acts for the owner of the slice that its scope lies in; NULL for none. */
const char *action_owner(const struct supervisor *supervisor, const char *scope);

void report_action(struct supervisor *supervisor, const struct action *action,
		   const struct outcome *outcome);

/* Where audit-required = yes: writes that a kill or a hook is about to be done, to the
 * disk.  -EPERM with a sentence when that cannot be written. */
int report_intent(struct supervisor *supervisor, const struct action *action,
		  struct slicectl_error *error);

/* What belongs to an emergency, written to the disk: -EPERM with a sentence when it cannot
 * be, and then it must not be done (RI3).  @scope: it is about to be done there; or NULL.
 * @error NULL: it happens whether it is recorded or not. */
int report_emergency(struct supervisor *supervisor, const char *action, const char *actor,
		     const char *reason, const char *scope, struct slicectl_error *error);

/* What somebody asked for, and was refused. */
void report_refusal(struct supervisor *supervisor, const char *action, const char *actor, int code,
		    const struct slicectl_error *error);

/* A look at every process: why, what it made good, begun at that time (CLOCK_MONOTONIC),
 * and how many events the kernel says it dropped. */
void report_resync(struct supervisor *supervisor, enum loss cause, const struct reconciled *found,
		   uint64_t begun_ns, uint64_t lost);

/* A member of a family has ended.  @ending NULL: nobody reported how. */
void report_exit(struct supervisor *supervisor, const struct process *process, const char *comm,
		 const struct ending *ending, const char *cause);
