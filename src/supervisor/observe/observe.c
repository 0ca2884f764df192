/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/observe/observe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "supervisor/observe/parts.h"

/* Samples that are due at nearly the same time are taken together. */
#define TOGETHER_NS (5 * CLOCK_NSEC_PER_MSEC)

/* Threads that are read in one turn of the loop, and the pause for other work when there are more. */
enum { BUDGET = 1024 };
#define PAUSE_NS (50 * CLOCK_NSEC_PER_MSEC)

static void set_timer(struct observe *observe, uint64_t due_ns)
{
	uint64_t due_usec = due_ns / 1000 + 1;
	uint64_t armed = UINT64_MAX;

	if (!observe->timer)
		return;
	if (sd_event_source_get_enabled(observe->timer, NULL) > 0)
		(void)sd_event_source_get_time(observe->timer, &armed);
	if (armed <= due_usec)
		return;
	(void)sd_event_source_set_time(observe->timer, due_usec);
	(void)sd_event_source_set_enabled(observe->timer, SD_EVENT_ONESHOT);
}

static bool begin(struct family *family, uint64_t now_ns)
{
	if (family->observed)
		return true;
	family->observed = observed_new();
	if (!family->observed)
		return false;
	(void)activity_wake(&family->observed->activity, now_ns);
	family->observed->read_ns = now_ns;
	return true;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct observe *observe = data;
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC), next_ns = UINT64_MAX, soonest_ns;
	size_t budget = BUDGET;
	struct family *family;

	DL_FOREACH (families_first(observe->families), family) {
		if (!begin(family, now_ns))
			continue;
		if (family->observed->due_ns <= now_ns + TOGETHER_NS && budget > 0)
			sampling_take(observe, family, now_ns, &budget);
		if (family->observed->due_ns < next_ns)
			next_ns = family->observed->due_ns;
	}
	soonest_ns = now_ns + (budget > 0 ? TOGETHER_NS : PAUSE_NS);
	if (next_ns < UINT64_MAX)
		set_timer(observe, next_ns > soonest_ns ? next_ns : soonest_ns);
	return 0;
}

void observe_wake(struct observe *observe, const struct process *process)
{
	struct family *family = observe && observe->is_on ? family_of(process->members) : NULL;
	uint64_t now_ns;

	if (!family)
		return;
	if (family->observed && family->observed->activity.state == ACTIVITY_ACTIVE)
		return;
	now_ns = view_now_ns(&observe->node->view);
	if (!begin(family, now_ns))
		return;
	if (activity_wake(&family->observed->activity, now_ns))
		family->observed->untold++;
	family->observed->due_ns = now_ns;
	set_timer(observe, now_ns);
}

static void turn_off(struct observe *observe)
{
	struct family *family;

	observe->is_on = false;
	observe->timer = sd_event_source_unref(observe->timer);
	DL_FOREACH (families_first(observe->families), family)
		family->observed = observed_free(family->observed);
}

/* In a replay the samples are those of the recording. */
static void turn_on(struct observe *observe)
{
	int r = observe->node->view.replay ?
			0 :
			sd_event_add_time_relative(observe->node->loop, &observe->timer,
						   CLOCK_MONOTONIC, 0, 1000, on_timer, observe);

	observe->is_on = r >= 0;
	if (r < 0)
		log_warning("cannot observe the activity of families: %s", strerror(-r));
}

void observe_apply(struct observe *observe)
{
	const struct config_activity *activity = &observe->node->config->activity;
	bool wanted = activity->enabled || observe->forced;

	observe->threshold_ns = activity->idle_threshold * 1000;
	observe->interval_ns = activity->interval * 1000;
	if (wanted && !observe->is_on)
		turn_on(observe);
	else if (!wanted && observe->is_on)
		turn_off(observe);
}

bool observe_is_on(const struct observe *observe)
{
	return observe->is_on;
}

void observe_replay(struct observe *observe, const struct recorded *recorded)
{
	struct family *family;

	DL_FOREACH (families_first(observe->families), family) {
		if (observe->is_on && family->members.root_pid == recorded->pid &&
		    family->root.start_ticks == recorded->value && begin(family, recorded->time_ns)) {
			sampling_replay(observe, family, recorded);
			return;
		}
	}
}

bool observe_sum_at(const struct observe *observe, size_t index, struct observe_sum *ret_sum)
{
	const struct rule_sum *sum = observe->sums;

	while (sum && index-- > 0)
		sum = sum->hh.next;
	if (sum)
		*ret_sum = sum->sum;
	return sum;
}

int observe_new(struct node *node, struct families *families, struct report *report, bool forced,
		struct observe **ret_observe, struct slicectl_error *error)
{
	struct observe *observe = calloc(1, sizeof(*observe));

	if (!observe)
		return error_set(error, ENOMEM, "out of memory");
	*observe = (struct observe){
		.node = node, .families = families, .report = report, .forced = forced
	};
	*ret_observe = observe;
	return 0;
}

struct observe *observe_free(struct observe *observe)
{
	struct rule_sum *sum, *next;

	if (!observe)
		return NULL;
	observe->timer = sd_event_source_unref(observe->timer);
	HASH_ITER (hh, observe->sums, sum, next) {
		HASH_DEL(observe->sums, sum);
		free(sum->name);
		free(sum);
	}
	free(observe);
	return NULL;
}
