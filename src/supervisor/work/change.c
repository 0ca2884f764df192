/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/work/change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup/making.h"
#include "cgroup/mark.h"

int change_init(struct change *change, const struct node *node, const char *scope,
		int (*carry_out)(struct change *change))
{
	const char *owner = slicectl_hierarchy_owner(node->hierarchy, scope);

	*change = (struct change){
		.hierarchy = node->hierarchy,
		.proc_fd = node->view.proc_fd,
		.turn = (struct move_turn *)&node->turn,
		.scope = strdup(scope),
		.owner = owner ? strdup(owner) : NULL,
		.carry_out = carry_out,
		.code = -ECANCELED,
	};
	if (!change->scope || (owner && !change->owner)) {
		free(change->scope);
		free(change->owner);
		return -ENOMEM;
	}
	change->generation = generation_ref(node->generation);
	return 0;
}

void change_done(struct change *change)
{
	change->generation = generation_unref(change->generation);
	free(change->scope);
	free(change->owner);
}

struct change *change_of(struct job *job)
{
	return container_of(job, struct change, job);
}

const char *change_failure(const struct change *change)
{
	return change->error.code ? change->error.message : strerror(-change->code);
}

bool change_can_pass(int code)
{
	return code < 0 && code != -EPERM && code != -ESRCH && code != -ECANCELED;
}

bool change_outweighs(int code, int other)
{
	return code < 0 && (other == 0 || (change_can_pass(code) && !change_can_pass(other)));
}

/* The data for the marks of a new scope, which is complete only when they are set. */
struct marking {
	const struct change *change;
	const struct origin *origin;
};

/* Errors are ignored: on a file system without extended attributes no later supervisor recognises
 * the scope, and the operator has to remove it. */
static void mark_scope(const void *data)
{
	const struct marking *marking = data;
	struct slicectl_hierarchy *hierarchy = marking->change->hierarchy;
	const struct origin *origin = marking->origin;
	const char *scope = marking->change->scope;

	(void)mark_set(hierarchy, scope, MARK_RULE, origin->rule);
	(void)mark_set(hierarchy, scope, MARK_ACTION, origin->action);
	if (origin->root > 0)
		(void)mark_set_root(hierarchy, scope, origin->root, origin->start_ticks);
}

int change_make_scope(struct change *change, const struct slicectl_limits *limits,
		      const struct origin *origin)
{
	return making_scope(change->hierarchy, change->owner, change->scope, limits, mark_scope,
			    &(struct marking){ change, origin }, &change->error);
}

int change_mark_base(const struct node *node, const char *mark, const char *value)
{
	return value ? mark_set(node->hierarchy, "", mark, value) :
		       mark_clear(node->hierarchy, "", mark);
}
