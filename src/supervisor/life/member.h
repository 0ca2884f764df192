/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Processes that join a family. */

#include "supervisor/life/life.h"

/* The process was forked into a family: it is brought to the scope of the family, if it was forked
 * before its parent got there.  @event_ns is 0 for a process that a scan found. */
void member_follow(struct life *life, struct process *process, uint64_t event_ns);

/* All events that were queued are read: children of roots that ended unread join the families that
 * were recognised meanwhile (see family/unread.h). */
void member_settle_unread(struct life *life);
