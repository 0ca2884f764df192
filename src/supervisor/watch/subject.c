/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/name.h"
#include "supervisor/family/families.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/watch/parts.h"

enum { KEY_SIZE = 32 };

/* How a watch of the configuration begins, and one of what began later: below its level. */
static const struct level_state below = { .known = true };

static bool is_of_process(const struct watch *watch)
{
	return watch->spec.resource->of & RESOURCE_OF_PROCESS;
}

static int bind(struct watch *watch, struct target *target, const struct level_state *state,
		struct slicectl_error *error)
{
	int r = target ? 0 : error_set(error, ENOMEM, "out of memory");

	if (r == 0 && !binding_exists(watch, target))
		r = binding_new(watch, target, state, error);
	if (target && r < 0)
		target_settle(target);
	return r;
}

static const struct level_state *state_of_new(const struct watch *watch)
{
	return watch->subscriber ? NULL : &below;
}

/* Opens the process at once, so that it stays the one that was meant. */
static int bind_process(struct watch *watch, struct slicectl_error *error)
{
	pid_t pid = watch->spec.subject.pid;
	struct node *node = watch->watches->node;
	struct procfs_stat stat;
	int r = view_read_stat(&node->view, pid, &stat);
	struct target *target = NULL;

	if (r == 0 && (stat.state == 'Z' || stat.state == 'X'))
		return error_set(error, ESRCH, "process %d is exiting", (int)pid);
	if (r == 0) {
		target = target_get_process(watch->watches, pid, 0);
		r = target ? target_open(target) : -ENOMEM;
		if (r < 0 && target)
			target_settle(target);
	}
	if (r == -ESRCH)
		return error_set(error, ESRCH, "there is no process %d", (int)pid);
	if (r < 0)
		return error_set(error, -r, "process %d cannot be watched: %s", (int)pid,
				 strerror(-r));
	return bind(watch, target, state_of_new(watch), error);
}

static int bind_family(struct watch *watch, struct family *family, const struct level_state *state,
		       struct slicectl_error *error)
{
	const struct process *member;
	pid_t root = family->members.root_pid;
	char key[KEY_SIZE];
	int r = 0;

	if (!is_of_process(watch)) {
		(void)snprintf(key, sizeof(key), "family:%d", (int)root);
		return bind(watch, target_get(watch->watches, SUBJECT_FAMILY, key, root, 0), state,
			    error);
	}
	DL_FOREACH2 (family->members.first, member, next_member) {
		if (r == 0 && (watch->spec.inherits || member->pid == root))
			r = bind(watch,
				 target_get_process(watch->watches, member->pid, member->since_ns),
				 state, error);
	}
	return r;
}

/* Whether the watch is of this family. */
static bool is_of_family(const struct watch *watch, const struct family *family)
{
	const struct subject *subject = &watch->spec.subject;

	return subject->kind == SUBJECT_RULE ?
		       text_equal(family->rule->name, subject->name) :
		       subject->kind == SUBJECT_FAMILY && family->members.root_pid == subject->pid;
}

static bool has_rule(const struct watches *watches, const char *name)
{
	const struct rule_set *rules = &watches->node->config->rules;

	for (size_t i = 0; i < rules->count; i++) {
		if (text_equal(rules->rules[i].name, name))
			return true;
	}
	return false;
}

static int bind_families(struct watch *watch, struct slicectl_error *error)
{
	const struct subject *subject = &watch->spec.subject;
	struct family *family, *next;
	size_t n = 0;
	int r = 0;

	DL_FOREACH_SAFE (families_first(watch->watches->families), family, next) {
		if (r < 0 || !is_of_family(watch, family))
			continue;
		n++;
		r = bind_family(watch, family, state_of_new(watch), error);
	}
	if (r == 0 && n == 0 && subject->kind == SUBJECT_FAMILY)
		r = error_set(error, ESRCH,
			      "process %d is not the root of a family; slicectl families lists the roots",
			      (int)subject->pid);
	if (r == 0 && subject->kind == SUBJECT_RULE && !has_rule(watch->watches, subject->name))
		r = error_set(error, ENOENT, "there is no rule '%s'", TEXT_ESCAPE(subject->name));
	return r;
}

/* The path of the slice or scope; the caller frees it. */
static int path_of(const struct watch *watch, char **ret_path, struct slicectl_error *error)
{
	const struct slicectl_hierarchy *hierarchy = watch->watches->node->hierarchy;
	const char *name = watch->spec.subject.name;
	_cleanup_free_ char *path = NULL;
	int r;

	if (text_ends_with(name, ".slice")) {
		r = name_check_slice(name, error);
		path = r == 0 ? strdup(name) : NULL;
	} else {
		r = slicectl_scope_path(watch->watches->node->hierarchy, name, &path, error);
	}
	if (r < 0)
		return r;
	if (!path)
		return error_set(error, ENOMEM, "out of memory");
	if (!slicectl_hierarchy_owner(hierarchy, path))
		return error_set(error, ENOENT, "%s is not in a configured slice", path);
	*ret_path = TAKE_PTR(path);
	return 0;
}

static int bind_cgroup(struct watch *watch, struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	int r = path_of(watch, &path, error);

	return r < 0 ? r :
		       bind(watch, target_get(watch->watches, SUBJECT_CGROUP, path, 0, 0),
			    state_of_new(watch), error);
}

static int check_observed(const struct watch *watch, struct slicectl_error *error)
{
	if (watch->spec.resource->unit != RESOURCE_TIME || observe_is_on(watch->watches->observe))
		return 0;
	return error_set(error, EINVAL,
			 "the activity of families is not observed; set enabled = yes in [activity] and reload");
}

int subject_bind(struct watch *watch, struct slicectl_error *error)
{
	int r = check_observed(watch, error);

	if (r < 0)
		return r;
	switch (watch->spec.subject.kind) {
	case SUBJECT_PROCESS:
		return bind_process(watch, error);
	case SUBJECT_CGROUP:
		return bind_cgroup(watch, error);
	default:
		return bind_families(watch, error);
	}
}

void subject_bind_member(struct watch *watch, struct process *process, uint64_t event_ns,
			 const struct level_state *state)
{
	struct family *family = family_of(process->members);
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct target *target;
	int r;

	if (!family || !is_of_family(watch, family))
		return;
	if (!is_of_process(watch)) {
		(void)bind_family(watch, family, state, &error);
		return;
	}
	if (!watch->spec.inherits && process->pid != family->members.root_pid)
		return;
	target = target_get_process(watch->watches, process->pid, process->since_ns);
	if (target && binding_exists(watch, target))
		return;
	r = bind(watch, target, state, &error);
	tell_member(watch, process, r == 0 ? WATCH_STARTED : WATCH_FAILED, event_ns);
}

/* The children of what is watched are watched. */
static void follow_parent(struct watches *watches, const struct target *parent,
			  struct process *process, uint64_t event_ns)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	const struct gauge *gauge;
	struct binding *binding;
	int r;

	DL_FOREACH2 (parent->gauges, gauge, next_of_target) {
		DL_FOREACH2 (gauge->bindings, binding, next_of_gauge) {
			struct watch *watch = binding->watch;

			if (!watch->spec.inherits)
				continue;
			if (watch->spec.subject.kind != SUBJECT_PROCESS) {
				subject_bind_member(watch, process, event_ns, &binding->state);
				continue;
			}
			r = bind(watch, target_get_process(watches, process->pid, process->since_ns),
				 &binding->state, &error);
			tell_member(watch, process, r == 0 ? WATCH_STARTED : WATCH_FAILED, event_ns);
		}
	}
}

/* The number of processes of its family has changed. */
static void count_again(const struct watches *watches, const struct family *family)
{
	struct target *target;
	char key[KEY_SIZE];

	(void)snprintf(key, sizeof(key), "family:%d", (int)family->members.root_pid);
	target = target_find(watches, key);
	if (target && target->gauges && target->gauges->resource->unit == RESOURCE_COUNT)
		(void)gauge_read(target->gauges, clock_now_ns(CLOCK_MONOTONIC));
}

static void bind_family_watches(struct watches *watches, struct process *process, uint64_t event_ns)
{
	struct watch *watch;

	DL_FOREACH (watches->list, watch) {
		if (watch->spec.subject.kind == SUBJECT_RULE ||
		    watch->spec.subject.kind == SUBJECT_FAMILY)
			subject_bind_member(watch, process, event_ns, &below);
	}
}

void watches_forked(struct watches *watches, struct process *process, uint64_t event_ns)
{
	const struct target *parent;

	if (!watches || !watches->list)
		return;
	parent = process->parent ? target_find_process(watches, process->parent->pid) : NULL;
	if (parent)
		follow_parent(watches, parent, process, event_ns);
	if (watches->n_families == 0 || !process->members)
		return;
	bind_family_watches(watches, process, event_ns);
	count_again(watches, family_of(process->members));
}

void watches_executed(struct watches *watches, struct process *process)
{
	struct process *member, *next;
	struct family *family;

	if (!watches || watches->n_families == 0 || process->type != PROCESS_ROOT)
		return;
	family = family_of(process->members);
	DL_FOREACH_SAFE2 (family->members.first, member, next, next_member)
		bind_family_watches(watches, member, 0);
}

void watches_exited(struct watches *watches, pid_t pid, uint64_t event_ns)
{
	struct target *target = watches && watches->list ? target_find_process(watches, pid) : NULL;

	if (target)
		target_end(target, event_ns ? event_ns : clock_now_ns(CLOCK_MONOTONIC));
}

void subject_look_for_missing(struct watches *watches, uint64_t now_ns)
{
	struct watch *watch;

	if (watches->n_missing == 0 || now_ns < watches->looked_ns + CLOCK_NSEC_PER_SEC)
		return;
	watches->looked_ns = now_ns;
	watches->n_missing = 0;
	DL_FOREACH (watches->list, watch) {
		if (watch->subscriber || watch->spec.subject.kind != SUBJECT_CGROUP ||
		    watch->bindings)
			continue;
		if (bind_cgroup(watch, NULL) < 0)
			watches->n_missing++;
	}
}
