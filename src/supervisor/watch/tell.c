/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "supervisor/act/apply.h"
#include "supervisor/act/hook.h"
#include "supervisor/family/scope_path.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/report/crossings.h"
#include "supervisor/watch/parts.h"

static const char *const names[] = {
	[WATCH_CROSSED] = "crossed", [WATCH_CHANGED] = "changed", [WATCH_STARTED] = "started",
	[WATCH_ENDED] = "ended",     [WATCH_DENIED] = "denied",   [WATCH_FAILED] = "failed",
	[WATCH_LOST] = "lost",
};

const char *watch_event_name(enum watch_event_kind kind)
{
	return names[kind];
}

static struct watch_event event_of(const struct watch *watch, enum watch_event_kind kind,
				   uint64_t at_ns)
{
	return (struct watch_event){ .kind = kind,
				     .id = watch->id,
				     .resource = watch->spec.resource,
				     .at_ns = at_ns,
				     .real_ns = clock_now_ns(CLOCK_REALTIME) };
}

static pid_t pid_of(const struct target *target)
{
	return target->kind == SUBJECT_CGROUP ? 0 : target->pid;
}

/* Clients hear of all; the log and hooks of crossings only. */
void tell_event(struct binding *binding, enum watch_event_kind kind, uint64_t at_ns)
{
	struct watch_event event = event_of(binding->watch, kind, at_ns);

	event.pid = pid_of(binding->gauge->target);
	if (binding->watch->subscriber)
		queue_put(binding->watch->subscriber, &event);
}

void tell_member(struct watch *watch, const struct process *process, enum watch_event_kind kind,
		 uint64_t at_ns)
{
	struct watch_event event = event_of(watch, kind,
					    at_ns ? at_ns : clock_now_ns(CLOCK_MONOTONIC));

	event.pid = process->pid;
	event.parent = process->parent ? process->parent->pid : 0;
	if (watch->subscriber)
		queue_put(watch->subscriber, &event);
}

/* The cgroup of the subject, or of the family that the process is in. */
static const char *scope_of(const struct target *target)
{
	const struct process *process;
	const struct family *family = NULL;

	if (target->kind == SUBJECT_CGROUP)
		return target->key;
	if (target->kind == SUBJECT_FAMILY) {
		family = target_family(target);
	} else {
		process = table_find(&target->watches->node->table, target->pid);
		family = process ? family_of(process->members) : NULL;
	}
	return family && family->scope && family->scope->exists ? family_scope(family) : NULL;
}

static void read_subject(const struct target *target, struct procfs_stat *ret_stat)
{
	*ret_stat = (struct procfs_stat){ .pid = pid_of(target) };
	if (ret_stat->pid > 0)
		(void)view_read_stat(&target->watches->node->view, ret_stat->pid, ret_stat);
}

static const char *direction_of(const struct watch_event *event)
{
	return event->kind == WATCH_CHANGED ? "change" : crossing_name(event->crossing);
}

/* "nofile of process 12 is 820, level 819" */
static char *reason_of(const struct target *target, const struct watch_event *event)
{
	char value[RESOURCE_TEXT_SIZE], level[RESOURCE_TEXT_SIZE];

	if (event->kind == WATCH_CHANGED)
		return text_format("%s of %s%s is %s", event->resource->name,
				   target->kind == SUBJECT_PROCESS ? "process " : "", target->key,
				   resource_text(event->resource, event->new, value));
	if (event->level == 0)
		return text_format("%s of %s%s is %s, and its limit is not set any more",
				   event->resource->name,
				   target->kind == SUBJECT_PROCESS ? "process " : "", target->key,
				   resource_text(event->resource, event->new, value));
	return text_format("%s of %s%s is %s, %s level %s", event->resource->name,
			   target->kind == SUBJECT_PROCESS ? "process " : "", target->key,
			   resource_text(event->resource, event->new, value),
			   event->crossing == CROSSING_UP ? "at or above" : "below",
			   resource_text(event->resource, event->level, level));
}

enum { ENVIRONMENT_MAX = 5, RECORDS_PER_SECOND = 10 };

static void run_hook(const struct binding *binding, const struct watch_event *event)
{
	const struct target *target = binding->gauge->target;
	struct watches *watches = target->watches;
	const struct rule *hook = &binding->watch->section->hook;
	_cleanup_free_ char *reason = reason_of(target, event), *scope = NULL;
	_cleanup_free_ char *subject = text_format("SLICECTL_SUBJECT=%s", target->key);
	char text[ENVIRONMENT_MAX - 1][64];
	const char *environment[ENVIRONMENT_MAX + 1] = { text[0], text[1], text[2], text[3],
							 subject };
	struct procfs_stat stat;

	read_subject(target, &stat);
	scope = scope_path_for(watches->node, hook, &stat);
	if (!reason || !subject || hooks_has_latched(act_hooks(watches->act), hook, scope))
		return;
	(void)snprintf(text[0], sizeof(text[0]), "SLICECTL_RESOURCE=%s", event->resource->name);
	(void)snprintf(text[1], sizeof(text[1]), "SLICECTL_VALUE=%llu",
		       (unsigned long long)event->new);
	(void)snprintf(text[2], sizeof(text[2]), "SLICECTL_LEVEL=%llu",
		       (unsigned long long)event->level);
	(void)snprintf(text[3], sizeof(text[3]), "SLICECTL_DIRECTION=%s", direction_of(event));
	apply_action(watches->act, &(struct action){ .kind = ACTION_HOOK,
						     .rule = hook->name,
						     .by_watch = true,
						     .hook = hook,
						     .subject = &stat,
						     .scope = scope,
						     .reason = reason,
						     .event_ns = event->at_ns,
						     .environment = environment });
}

/* Whoever is watched can flap, and must not fill the log. */
static bool admit_record(struct watch *watch, uint64_t now_ns)
{
	if (now_ns >= watch->second_ns + CLOCK_NSEC_PER_SEC) {
		watch->second_ns = now_ns;
		watch->records = 0;
	}
	if (watch->records == RECORDS_PER_SECOND) {
		watch->skipped++;
		return false;
	}
	watch->records++;
	return true;
}

static void report(const struct binding *binding, const struct watch_event *event)
{
	const struct target *target = binding->gauge->target;
	const struct process *process = table_find(&target->watches->node->table, target->pid);
	const struct family *family = process ? family_of(process->members) : NULL;
	struct procfs_stat stat;

	read_subject(target, &stat);
	crossings_report(target->watches->report,
			 &(struct crossing_told){
				 .watch = binding->watch->name,
				 .subject = &stat,
				 .family = family,
				 .scope = scope_of(target),
				 .crossing = {
					 .resource = event->resource->name,
					 .direction = direction_of(event),
					 .old = event->old,
					 .new = event->new,
					 .level = event->level,
					 .skipped = binding->watch->skipped,
				 },
			 });
}

static void tell(struct binding *binding, struct watch_event *event)
{
	struct watch *watch = binding->watch;

	event->pid = pid_of(binding->gauge->target);
	watch->watches->counts.told++;
	if (watch->subscriber) {
		queue_put(watch->subscriber, event);
		return;
	}
	if (!admit_record(watch, event->at_ns))
		return;
	report(binding, event);
	watch->skipped = 0;
	if (watch->section->runs_hook)
		run_hook(binding, event);
}

static void tell_change(struct binding *binding, uint64_t value, uint64_t now_ns)
{
	struct watch_event event = event_of(binding->watch, WATCH_CHANGED, now_ns);
	bool changed = binding->state.known && binding->state.value != value;

	event.old = binding->state.value;
	event.new = value;
	binding->state = (struct level_state){ .known = true, .value = value };
	if (changed)
		tell(binding, &event);
}

void tell_value(struct binding *binding, uint64_t value, uint64_t now_ns)
{
	const struct watch_spec *spec = &binding->watch->spec;
	struct watch_event event = event_of(binding->watch, WATCH_CROSSED, now_ns);
	uint64_t hysteresis = 0;

	if (spec->level.kind == LEVEL_CHANGE) {
		tell_change(binding, value, now_ns);
		return;
	}
	/* Without a limit, a percentage of it is out of reach. */
	if (!binding_level(binding, &event.level))
		event.level = UINT64_MAX;
	if (!level_resolve(&spec->hysteresis, binding->gauge->limit, &hysteresis))
		hysteresis = 0;
	event.old = binding->state.value;
	event.new = value;
	event.crossing = level_take(&binding->state, value, event.level, hysteresis);
	if (event.level == UINT64_MAX)
		event.level = 0; /* there is none to be told */
	if (level_tells(spec->direction, event.crossing))
		tell(binding, &event);
}
