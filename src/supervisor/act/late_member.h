/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Children that were forked before their parent was moved or killed. */

#include "supervisor/act/act.h"

/* @member goes the way of its family: it is placed, or killed.  That is part of the action which was
 * recorded for the family.  @event_ns is 0 for a process that a scan found. */
void late_member_follow(struct act *act, struct family *family, struct process *member,
			uint64_t event_ns);
