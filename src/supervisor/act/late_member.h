/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Late members: children that were forked before their parent was moved or killed. */

#include "supervisor/act/act.h"

/* Places or kills @member, as was done with its family.  This is part of the action that was
 * recorded for the family.  @event_ns is 0 for a process that a scan found. */
void late_member_follow(struct act *act, struct family *family, struct process *member,
			uint64_t event_ns);
