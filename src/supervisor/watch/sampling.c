/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <utlist.h>

#include "base/clock.h"
#include "supervisor/watch/parts.h"

/* Values that are due at nearly the same time are read together. */
#define TOGETHER_NS (2 * CLOCK_NSEC_PER_MSEC)

/* Values that are read in one turn of the loop, and the pause for other work when there are more. */
enum { BUDGET = 512 };
#define PAUSE_NS (5 * CLOCK_NSEC_PER_MSEC)

/* Those that are looked at seldom are read in the same turns, because to wake up costs more. */
#define GRID_NS (100 * CLOCK_NSEC_PER_MSEC)

void sampling_set(struct watches *watches, uint64_t due_ns)
{
	if (due_ns >= watches->next_ns || !watches->timer)
		return;
	watches->next_ns = due_ns;
	(void)sd_event_source_set_time(watches->timer, due_ns / 1000 + 1);
	(void)sd_event_source_set_enabled(watches->timer, SD_EVENT_ONESHOT);
}

static uint64_t align(uint64_t due_ns, uint64_t now_ns)
{
	return due_ns != UINT64_MAX && due_ns > now_ns + 2 * GRID_NS ? due_ns - due_ns % GRID_NS :
								       due_ns;
}

static void free_unwatched(struct gauge *gauge)
{
	struct target *target = gauge->target;

	gauge_free(gauge);
	target_settle(target);
}

/* A value is told to clients and hooks only after the turn, but the end of a process ends watches and
 * with them other gauges: so the list is read from its beginning, and a gauge that was read goes to
 * its end. */
static uint64_t read_due(struct watches *watches, uint64_t now_ns)
{
	uint64_t next_ns = UINT64_MAX, left = watches->counts.gauges;
	unsigned budget = BUDGET;
	struct gauge *gauge;

	for (; left > 0 && (gauge = watches->gauges); left--) {
		DL_DELETE(watches->gauges, gauge);
		DL_APPEND(watches->gauges, gauge);
		if (!gauge->bindings) {
			free_unwatched(gauge);
			continue;
		}
		if (gauge->due_ns <= now_ns + TOGETHER_NS && budget > 0) {
			budget--;
			if (gauge_read(gauge, now_ns) < 0) /* it is freed, maybe with others */
				continue;
			gauge->due_ns = align(gauge->due_ns, now_ns);
		}
		if (gauge->due_ns < next_ns)
			next_ns = gauge->due_ns;
	}
	return budget > 0 || next_ns > now_ns + PAUSE_NS ? next_ns : now_ns + PAUSE_NS;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct watches *watches = data;
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC), next_ns;

	watches->next_ns = UINT64_MAX;
	subject_look_for_missing(watches, now_ns);
	next_ns = read_due(watches, now_ns);
	if (watches->n_missing > 0 && next_ns > now_ns + CLOCK_NSEC_PER_SEC)
		next_ns = now_ns + CLOCK_NSEC_PER_SEC;
	sampling_set(watches, next_ns);
	return 0;
}

int sampling_begin(struct watches *watches)
{
	int r = sd_event_add_time(watches->node->loop, &watches->timer, CLOCK_MONOTONIC, UINT64_MAX,
				  1000, on_timer, watches);

	watches->next_ns = UINT64_MAX;
	return r < 0 ? r : sd_event_source_set_enabled(watches->timer, SD_EVENT_OFF);
}
