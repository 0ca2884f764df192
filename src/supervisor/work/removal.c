/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/work/removal.h"

#include <slicectl/scope.h>
#include <stdlib.h>
#include <string.h>

static int removal_carry_out(struct change *change)
{
	const struct removal *removal = container_of(change, struct removal, change);

	if (removal->timeout_usec == 0)
		return slicectl_scope_remove(change->hierarchy, change->owner, change->scope,
					     &change->error);
	return slicectl_scope_destroy(change->hierarchy, change->owner, change->scope,
				      removal->timeout_usec, 0, &change->error);
}

struct removal *removal_new(const struct node *node, const char *scope, const char *rule,
			    const char *reason, uint64_t timeout_usec)
{
	struct removal *removal = calloc(1, sizeof(*removal));

	if (!removal || change_init(&removal->change, node, scope, removal_carry_out) < 0) {
		free(removal);
		return NULL;
	}
	removal->timeout_usec = timeout_usec;
	removal->rule = strdup(rule);
	removal->reason = reason ? strdup(reason) : NULL;
	if (removal->rule && (!reason || removal->reason))
		return removal;
	removal_free(removal);
	return NULL;
}

struct removal *removal_of(struct job *job)
{
	return container_of(change_of(job), struct removal, change);
}

void removal_free(struct removal *removal)
{
	change_done(&removal->change);
	free(removal->rule);
	free(removal->reason);
	free(removal);
}
