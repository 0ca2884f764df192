/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Matches processes with the rules and begins families. */

#include "supervisor/life/life.h"
#include "supervisor/life/match.h"

/* Matches a process that executed a program or that a scan found, and applies the action of the
 * rule that matches.  @event_ns is 0 for a process that a scan found. */
void candidate_consider(struct life *life, pid_t pid, uint64_t event_ns);

/* The same for a process that executed a program at @exec_ns and changed its name at once: decides
 * under the name of the program. */
void candidate_consider_renamed(struct life *life, pid_t pid, uint64_t exec_ns);

/* The same for a process whose user or groups may have changed since: acts only if the rule that
 * matches now is another one than before, and rules by user, group or member have a say in it. */
void candidate_reconsider(struct life *life, pid_t pid, uint64_t event_ns);

/* The same for the descendants of a process whose event at @event_ns has begun a family only now: rules
 * by parent or ancestor were decided without that family. */
void candidate_reconsider_descendants(struct life *life, struct process *top, uint64_t event_ns);

/* Applies the rule's action to a held process that still matches, unless the rule of its family has
 * precedence. */
void candidate_act(struct life *life, const struct match *match);
