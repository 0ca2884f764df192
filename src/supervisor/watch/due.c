/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When gauges are due, and the timer.  A turn touches only those that are near their time: the others wait
 * in the slot of theirs, or rest until something happens. */

#include <utlist.h>

#include "base/clock.h"
#include "supervisor/watch/parts.h"

/* Those that are looked at seldom are read in the same turns, because to wake up costs more. */
#define GRID_NS (100 * CLOCK_NSEC_PER_MSEC)

void due_set(struct watches *watches, uint64_t due_ns)
{
	if (due_ns >= watches->next_ns || !watches->timer)
		return;
	watches->next_ns = due_ns;
	(void)sd_event_source_set_time(watches->timer, due_ns / 1000 + 1);
	(void)sd_event_source_set_enabled(watches->timer, SD_EVENT_ONESHOT);
}

static void put(struct gauge *gauge, struct gauge **list)
{
	struct watches *watches = gauge->target->watches;

	if (gauge->list)
		DL_DELETE(*gauge->list, gauge);
	watches->n_near += (list == &watches->near) - (gauge->list == &watches->near);
	gauge->list = list;
	if (list)
		DL_APPEND(*list, gauge);
}

void due_leave(struct gauge *gauge)
{
	put(gauge, NULL);
}

void due_soon(struct gauge *gauge)
{
	put(gauge, &gauge->target->watches->near);
}

/* A slot whose time is over is emptied before it is used again, unless the loop is very late. */
static struct gauge **list_for(struct watches *watches, uint64_t *due_ns)
{
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC), grid_ns = *due_ns - *due_ns % GRID_NS;
	struct due_slot *slot = &watches->slots[*due_ns / GRID_NS % DUE_SLOTS];

	if (*due_ns == UINT64_MAX)
		return &watches->resting;
	if (*due_ns <= now_ns + 2 * GRID_NS || *due_ns >= now_ns + DUE_SLOTS * GRID_NS ||
	    (slot->first && slot->at_ns != grid_ns))
		return &watches->near;
	*due_ns = slot->at_ns = grid_ns;
	return &slot->first;
}

void due_at(struct gauge *gauge, uint64_t due_ns)
{
	struct watches *watches = gauge->target->watches;
	struct gauge **list;

	if (!gauge->bindings) /* it is to be freed, but not here, where a caller may look at it */
		due_ns = clock_now_ns(CLOCK_MONOTONIC);
	list = list_for(watches, &due_ns);
	gauge->due_ns = due_ns;
	put(gauge, list);
	if (due_ns < UINT64_MAX)
		due_set(watches, due_ns);
}

void due_collect(struct watches *watches, uint64_t now_ns)
{
	for (struct due_slot *slot = watches->slots; slot < watches->slots + DUE_SLOTS; slot++) {
		while (slot->first && slot->at_ns <= now_ns)
			due_soon(slot->first);
		if (slot->first)
			due_set(watches, slot->at_ns);
	}
}
