/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the event stream tells: children of what is watched, programs that are executed, ends. */

#include <stdio.h>
#include <utlist.h>

#include "base/clock.h"
#include "supervisor/watch/parts.h"

enum { KEY_SIZE = 32 };

#define SOON_NS (20 * CLOCK_NSEC_PER_MSEC)

/* The children of what is watched are watched. */
static void follow_parent(struct watches *watches, struct target *parent, struct process *process,
			  uint64_t event_ns)
{
	const struct gauge *gauge;
	struct binding *binding;

	DL_FOREACH2 (parent->gauges, gauge, next_of_target) {
		DL_FOREACH2 (gauge->bindings, binding, next_of_gauge) {
			struct watch *watch = binding->watch;

			if (!watch->spec.inherits)
				continue;
			if (watch->spec.subject.kind != SUBJECT_PROCESS) {
				subject_bind_member(watch, process, event_ns, &binding->state);
				continue;
			}
			subject_bind_process(watch, process, event_ns, &binding->state);
		}
	}
}

static void bind_family_watches(struct watches *watches, struct process *process, uint64_t event_ns)
{
	struct watch *watch;

	DL_FOREACH (watches->list, watch) {
		if (watch->spec.subject.kind == SUBJECT_RULE ||
		    watch->spec.subject.kind == SUBJECT_FAMILY)
			subject_bind_member(watch, process, event_ns, &subject_below);
	}
}

void watches_forked(struct watches *watches, struct process *process, uint64_t event_ns)
{
	struct target *parent;

	if (!watches || !watches->list)
		return;
	watches->turn++;
	parent = process->parent ? target_find_process(watches, process->parent->pid) : NULL;
	if (parent) {
		ending_enforce(parent, clock_now_ns(CLOCK_MONOTONIC));
		follow_parent(watches, parent, process, event_ns);
	}
	if (watches->n_families == 0 || !process->members)
		return;
	bind_family_watches(watches, process, event_ns);
	watches_counted(watches, process->members->root_pid);
}

void watches_counted(struct watches *watches, pid_t root)
{
	const struct target *target;
	struct gauge *gauge = NULL;
	char key[KEY_SIZE];

	if (!watches || watches->n_families == 0)
		return;
	(void)snprintf(key, sizeof(key), "family:%d", (int)root);
	target = target_find(watches, key);
	if (target)
		gauge = gauge_find(target, resource_find("processes"));
	if (gauge)
		reading_count(gauge, view_now_ns(&watches->node->view));
}

void watches_executed(struct watches *watches, struct process *process)
{
	struct process *member, *next;
	struct target *target;

	if (!watches || !watches->list)
		return;
	watches->turn++;
	/* Its program may run as another user. */
	target = target_find_process(watches, process->pid);
	if (target)
		ending_enforce(target, clock_now_ns(CLOCK_MONOTONIC));
	if (watches->n_families == 0 || process->type != PROCESS_ROOT)
		return;
	DL_FOREACH_SAFE2 (process->members->first, member, next, next_member)
		bind_family_watches(watches, member, 0);
}

/* Its other threads may go on, or are about to exit: that shows when it is read. */
static void look_soon(const struct target *target)
{
	uint64_t due_ns = clock_now_ns(CLOCK_MONOTONIC) + SOON_NS;
	struct gauge *gauge;

	DL_FOREACH2 (target->gauges, gauge, next_of_target) {
		if (gauge->due_ns > due_ns)
			due_at(gauge, due_ns);
	}
}

void watches_exited(struct watches *watches, pid_t pid, uint64_t event_ns)
{
	struct target *target = watches && watches->list ? target_find_process(watches, pid) : NULL;

	/* The event can be that of an earlier process with its pid. */
	if (!target || (event_ns > 0 && target->since_ns > event_ns))
		return;
	if (target_lives(target))
		look_soon(target);
	else
		ending_of_target(target, event_ns ? event_ns : clock_now_ns(CLOCK_MONOTONIC));
}
