/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/change_text.h"

#include <stdbool.h>
#include <stdio.h>

#include "observe/resource.h"

/* Whether the value itself went over the level.  Otherwise the limit has changed that the level is a
 * share of. */
static bool has_moved(const struct value_change *change)
{
	if (change->way == CHANGE_ANY)
		return true;
	return change->way == CHANGE_UP ? change->new > change->old : change->new < change->old;
}

const char *change_text(const struct resource *resource, const struct value_change *change,
			char out[CHANGE_TEXT_SIZE])
{
	char old[RESOURCE_TEXT_SIZE], new[RESOURCE_TEXT_SIZE], level[RESOURCE_TEXT_SIZE];
	bool moved = has_moved(change);

	(void)resource_text(resource, change->old, old);
	(void)resource_text(resource, change->new, new);
	(void)resource_text(resource, change->level, level);
	if (moved && change->level > 0)
		(void)snprintf(out, CHANGE_TEXT_SIZE, "%s from %s to %s, level %s",
			       change->new >= change->old ? "rose" : "fell", old, new, level);
	else if (moved)
		(void)snprintf(out, CHANGE_TEXT_SIZE, "%s from %s to %s",
			       change->new >= change->old ? "rose" : "fell", old, new);
	else if (change->level > 0)
		(void)snprintf(out, CHANGE_TEXT_SIZE, "is %s, now %s level %s", new,
			       change->way == CHANGE_UP ? "at or above" : "below", level);
	else
		(void)snprintf(out, CHANGE_TEXT_SIZE, "is %s, and its limit is not set any more",
			       new);
	return out;
}
