/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdlib.h>
#include <utlist.h>

#include "supervisor/watch/parts.h"

struct gauge *gauge_find(const struct target *target, const struct resource *resource)
{
	struct gauge *gauge;

	DL_FOREACH2 (target->gauges, gauge, next_of_target) {
		if (gauge->resource == resource)
			return gauge;
	}
	return NULL;
}

struct gauge *gauge_new(struct target *target, const struct resource *resource)
{
	struct watches *watches = target->watches;
	struct gauge *gauge = watches->counts.gauges < GAUGES_MAX ? calloc(1, sizeof(*gauge)) : NULL;

	if (!gauge)
		return NULL;
	gauge->target = target;
	gauge->resource = resource;
	gauge->fd = -1;
	gauge->limit = UINT64_MAX;
	due_soon(gauge);
	DL_APPEND2(target->gauges, gauge, prev_of_target, next_of_target);
	watches->counts.gauges++;
	return gauge;
}

void gauge_free(struct gauge *gauge)
{
	struct target *target = gauge->target;

	gauge_close(gauge);
	due_leave(gauge);
	DL_DELETE2(target->gauges, gauge, prev_of_target, next_of_target);
	target->watches->counts.gauges--;
	free(gauge);
}
