/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Children that a member of a family makes with CLONE_PARENT: the kernel reports its own parent as
 * theirs, so they would be out of the family by one system call.
 */

#include "process/table.h"
#include "supervisor/life/life.h"

/* To be called for a fork.  Puts the child into the family of a sibling if it was forked by that
 * sibling, and not by the parent that is reported. */
void sibling_join(struct life *life, struct process *child);
