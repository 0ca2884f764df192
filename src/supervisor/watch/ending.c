/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How watches end: with what they watch, or with the right to watch it. */

#include <utlist.h>

#include "base/clock.h"
#include "supervisor/watch/parts.h"

/* A watch of a process or of the family of one root has nothing to watch any more. */
static bool is_over(const struct watch *watch)
{
	return watch->n_bindings == 0 && watch->subscriber &&
	       watch->spec.subject.kind != SUBJECT_RULE;
}

/* It may be made again. */
static void await_cgroup(struct watches *watches)
{
	watches->n_missing++;
	due_set(watches, clock_now_ns(CLOCK_MONOTONIC) + CLOCK_NSEC_PER_SEC);
}

void ending_of_target(struct target *target, uint64_t at_ns)
{
	struct gauge *gauge, *next;
	struct binding *binding;
	struct watch *watch;

	DL_FOREACH_SAFE2 (target->gauges, gauge, next, next_of_target) {
		while ((binding = gauge->bindings)) {
			watch = binding->watch;
			tell_event(binding, WATCH_ENDED, at_ns);
			binding_free(binding);
			if (is_over(watch))
				watch_free(watch);
			else if (!watch->subscriber && watch->spec.subject.kind == SUBJECT_CGROUP)
				await_cgroup(watch->watches);
		}
		gauge_free(gauge);
	}
	target_settle(target);
}

static void deny(struct binding *binding, uint64_t now_ns)
{
	struct watch *watch = binding->watch;

	tell_event(binding, WATCH_DENIED, now_ns);
	binding_free(binding);
	if (watch->n_bindings == 0 && watch->spec.subject.kind != SUBJECT_RULE)
		watch_free(watch);
}

/* Independent of any value: otherwise the time of a denial would reveal when a level was crossed. */
void ending_enforce(struct target *target, uint64_t now_ns)
{
	struct binding *binding, *next;
	struct gauge *gauge;

	DL_FOREACH2 (target->gauges, gauge, next_of_target) {
		DL_FOREACH_SAFE2 (gauge->bindings, binding, next, next_of_gauge) {
			if (!permission_holds(binding))
				deny(binding, now_ns);
		}
	}
}
