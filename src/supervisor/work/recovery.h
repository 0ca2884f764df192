/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Changes to the tree that complete what an earlier supervisor began; made at once, because the
 * loop does not run yet. */

#include "supervisor/node/node.h"

/* Thaws a scope that was killed by freezing it first (before Linux 5.14), if that kill did not come
 * to the thaw.  Does nothing to any other. */
void recovery_thaw(const struct node *node, const char *scope);

/* Puts back an interface file of the cgroup that was changed for a while; see cgroup/nudge.h. */
int recovery_restore(const struct node *node, const char *path, const char *file,
		     struct slicectl_error *error);

/* Removes the mark that @name in @slice is being made. */
void recovery_forget_making(const struct node *node, const char *slice, const char *name);
