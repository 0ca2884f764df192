/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Programs that change their name before it could be read.  The kernel gives a process the name of
 * its program when it executes one, but reports the exec without that name; the name is read later.
 * A program whose first deed is to call itself otherwise would escape all rules by name.  The kernel
 * reports the change: when it came within 2 ms of the exec, and the name that was read is the new one,
 * then the name at the exec was that of the program.
 */

#include "process/event.h"
#include "rule/rule.h"
#include "supervisor/life/life.h"

/* An interpreter takes longer to come as far as the name of its script. */
#define EARLY_RENAME_NS UINT64_C(2000000)

/* To be called when the name of a process was read after an exec.  Remembers it if its program has
 * another name, which is rare: scripts, links and renames. */
void early_rename_note(struct life *life, const struct rule_subject *subject, uint64_t exec_ns);

/* Whether the change of a name, which is reported, came too early.  @ret_exec_ns: of the exec. */
bool early_rename_take(struct life *life, const struct process_event *event, uint64_t *ret_exec_ns);

/* The name that the kernel gave the process at its exec, from the path of its program. */
bool early_rename_name(const struct rule_subject *subject, char ret_name[PROCFS_COMM_SIZE]);

void early_rename_free(struct life *life);
