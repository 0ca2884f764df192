/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/clock.h"
#include "supervisor/watch/parts.h"

/* Values that are due at nearly the same time are read together. */
#define TOGETHER_NS (2 * CLOCK_NSEC_PER_MSEC)

/* What is read in one turn of the loop: of root, that many values; of the others, for that long.  The
 * pause for other work when there is more makes it a twentieth of the time for others. */
enum { BUDGET = 512 };
#define BUDGET_NS (500 * UINT64_C(1000))
#define PAUSE_NS (5 * CLOCK_NSEC_PER_MSEC)
#define PAUSE_OF_USERS_NS (10 * CLOCK_NSEC_PER_MSEC)

static void free_unwatched(struct gauge *gauge)
{
	struct target *target = gauge->target;

	gauge_free(gauge);
	target_settle(target);
}

static bool is_spent(bool of_root, unsigned n, uint64_t begun_ns)
{
	return of_root ? n == BUDGET : n > 0 && clock_now_ns(CLOCK_MONOTONIC) > begun_ns + BUDGET_NS;
}

/* The end of a process ends watches, and with them other values: so the list is taken from its
 * beginning, and what was looked at goes to its end.  When the budget is spent, the next turn goes on
 * with what comes next. */
static void read_due(struct watches *watches, bool of_root, uint64_t now_ns)
{
	size_t left = watches->n_near;
	struct gauge *gauge;
	unsigned n = 0;

	for (; left > 0 && (gauge = watches->near); left--) {
		bool is_due = gauge->due_ns <= now_ns + TOGETHER_NS;

		if (gauge->of_root == of_root && is_due && is_spent(of_root, n, now_ns)) {
			watches->pause_ns = now_ns + (of_root ? PAUSE_NS : PAUSE_OF_USERS_NS);
			due_set(watches, watches->pause_ns);
			return;
		}
		due_soon(gauge);
		if (!gauge->bindings) {
			free_unwatched(gauge);
		} else if (gauge->of_root == of_root && !is_due) {
			due_set(watches, gauge->due_ns);
		} else if (gauge->of_root == of_root) {
			n++;
			(void)reading_take(gauge, now_ns); /* it may be freed, maybe with others */
		}
	}
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct watches *watches = data;
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);

	watches->next_ns = UINT64_MAX;
	subject_look_for_missing(watches, now_ns);
	due_collect(watches, now_ns + TOGETHER_NS);
	read_due(watches, true, now_ns);
	if (now_ns >= watches->pause_ns)
		read_due(watches, false, clock_now_ns(CLOCK_MONOTONIC));
	else
		due_set(watches, watches->pause_ns);
	if (watches->n_missing > 0)
		due_set(watches, now_ns + CLOCK_NSEC_PER_SEC);
	return 0;
}

/* A replay has no timer. */
int sampling_begin(struct watches *watches)
{
	int r;

	watches->next_ns = UINT64_MAX;
	if (watches->node->view.replay)
		return 0;
	r = sd_event_add_time(watches->node->loop, &watches->timer, CLOCK_MONOTONIC, UINT64_MAX,
			      1000, on_timer, watches);

	return r < 0 ? r : sd_event_source_set_enabled(watches->timer, SD_EVENT_OFF);
}
