/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Families under supervision: from the match of their root to the end of their
 * last member. */

#include "supervisor/supervised.h"

/* A process executed a program, or was found running: asks the rules, and acts
 * on the family if one matches.  @event_ns is 0 for what a scan found. */
void family_consider(struct supervisor *supervisor, pid_t pid, uint64_t event_ns);

/* Nothing is queued any more: children of roots that ended unread go to the families
 * that were recognised meanwhile (see unread.h). */
void family_settle_unread(struct supervisor *supervisor);

/* A scope that a rule of an earlier supervisor made and that is populated: its
 * processes are a family again, and nobody is moved. */
void family_adopt(struct supervisor *supervisor, const char *scope, const char *rule);

/* A process was forked into a family: brings it where the family is, if it was
 * forked before its parent got there. */
void family_follow(struct supervisor *supervisor, struct process *process, uint64_t event_ns);
