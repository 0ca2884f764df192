/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Adds processes to families. */

#include "supervisor/life/life.h"

/* Follows a process that was forked into a family: if it was forked before its parent was placed or
 * killed, it is placed or killed too.  @event_ns is 0 for a process that a scan found. */
void member_follow(struct life *life, struct process *process, uint64_t event_ns);

/* To be called when all queued events are read: children of roots that exited unread join the
 * families that were recognised in the meantime (see family/unread.h). */
void member_settle_unread(struct life *life);
