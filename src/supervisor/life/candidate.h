/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A process that may match a rule. */

#include "supervisor/life/life.h"

/* The process executed a program, or was found running: asks the rules, and acts on its family if
 * one matches.  @event_ns is 0 for a process that a scan found. */
void candidate_consider(struct life *life, pid_t pid, uint64_t event_ns);
