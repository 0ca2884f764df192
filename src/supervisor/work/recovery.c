/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/work/recovery.h"

#include <slicectl/scope.h>

#include "cgroup/making.h"
#include "cgroup/nudge.h"

void recovery_thaw(const struct node *node, const char *scope)
{
	const char *owner = slicectl_hierarchy_owner(node->hierarchy, scope);
	enum slicectl_scope_state state;

	if (node->dry_run || !owner ||
	    slicectl_scope_state(node->hierarchy, scope, &state, NULL) < 0 ||
	    state != SLICECTL_SCOPE_RELEASING)
		return;
	(void)slicectl_scope_freeze(node->hierarchy, owner, scope, false, 0, NULL);
}

int recovery_restore(const struct node *node, const char *path, const char *file,
		     struct slicectl_error *error)
{
	return nudge_restore(node->hierarchy, path, file, error);
}

void recovery_forget_making(const struct node *node, const char *slice, const char *name)
{
	making_forget(node->hierarchy, slice, name);
}
