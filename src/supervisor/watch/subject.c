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

enum { KEY_SIZE = 512 };

/* How a watch of the configuration begins, and one of what began later: below its level. */
const struct level_state subject_below = { .known = true };

static bool is_of_process(const struct watch *watch)
{
	return watch->spec.resource->of & RESOURCE_OF_PROCESS;
}

/* Root has a share of the descriptors for itself. */
static struct target *claim(const struct watch *watch, struct target *target)
{
	if (target && (!watch->subscriber || watch->subscriber->caller.uid == 0))
		target->of_root = true;
	return target;
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
	return watch->subscriber ? NULL : &subject_below;
}

/* Opens the process at once, so that it stays the one that was meant. */
static int bind_process(struct watch *watch, struct slicectl_error *error)
{
	pid_t pid = watch->spec.subject.pid;
	struct node *node = watch->watches->node;
	struct procfs_stat stat;
	int r = view_read_stat(&node->view, pid, &stat);
	struct target *target = NULL;

	if (r == 0 && procfs_is_exiting(&stat) && stat.threads <= 1)
		return error_set(error, ESRCH, "process %d is exiting", (int)pid);
	if (r == 0) {
		target = claim(watch, target_get_process(watch->watches, pid, 0));
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

/* What slicectld itself knows of it. */
static int bind_whole(struct watch *watch, const struct family *family,
		      const struct level_state *state, struct slicectl_error *error)
{
	pid_t root = family->members.root_pid;
	struct target *target;
	char key[KEY_SIZE];

	if (root > 0)
		(void)snprintf(key, sizeof(key), "family:%d", (int)root);
	else /* its root exited while no slicectld ran; its scope is its own */
		(void)snprintf(key, sizeof(key), "family:%s", family_scope(family));
	target = target_find(watch->watches, key);
	/* Of an earlier family, whose root had the same pid. */
	if (target && target->start_ticks != family->root.start_ticks)
		ending_of_target(target, clock_now_ns(CLOCK_MONOTONIC));
	target = target_get(watch->watches, SUBJECT_FAMILY, key, root, 0);
	if (target)
		target->start_ticks = family->root.start_ticks;
	return bind(watch, target, state, error);
}

static int bind_family(struct watch *watch, struct family *family, const struct level_state *state,
		       struct slicectl_error *error)
{
	const struct process *member;
	pid_t root = family->members.root_pid;
	int r = 0;

	if (!is_of_process(watch))
		return bind_whole(watch, family, state, error);
	DL_FOREACH2 (family->members.first, member, next_member) {
		if (r == 0 && (watch->spec.inherits || member->pid == root) &&
		    permission_of_process(watch, member->pid))
			r = bind(watch,
				 claim(watch, target_get_process(watch->watches, member->pid,
								 member->since_ns)),
				 state, error);
	}
	return r;
}

/* Whether the watch is of this family. */
static bool is_of_family(const struct watch *watch, const struct family *family)
{
	const struct subject *subject = &watch->spec.subject;

	if (subject->kind == SUBJECT_RULE)
		return text_equal(family->rule->name, subject->name);
	return subject->kind == SUBJECT_FAMILY && family->members.root_pid == subject->pid &&
	       (watch->start_ticks == 0 || watch->start_ticks == family->root.start_ticks);
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
		if (subject->kind == SUBJECT_FAMILY)
			watch->start_ticks = family->root.start_ticks;
		r = bind_family(watch, family, state_of_new(watch), error);
	}
	if (r == 0 && n == 0 && subject->kind == SUBJECT_FAMILY)
		r = error_set(error, ESRCH,
			      "process %d is not the root of a family; slicectl families lists the roots",
			      (int)subject->pid);
	/* What it has cannot be watched, and what it forks is not to be. */
	if (r == 0 && n > 0 && subject->kind == SUBJECT_FAMILY && !watch->bindings)
		r = error_set(error, ESRCH, "the family of process %d has ended, or its root has",
			      (int)subject->pid);
	if (r == 0 && subject->kind == SUBJECT_RULE &&
	    !rule_set_find(&watch->watches->node->config->rules, subject->name))
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
		       bind(watch,
			    claim(watch, target_get(watch->watches, SUBJECT_CGROUP, path, 0, 0)),
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

/* Who forks all the time must not keep the loop busy with watches. */
static bool admit_child(const struct watch *watch)
{
	struct subscriber *subscriber = watch->subscriber;
	uint64_t now_ns;

	if (!subscriber || subscriber->caller.uid == 0)
		return true;
	now_ns = clock_now_ns(CLOCK_MONOTONIC);
	if (now_ns >= subscriber->second_ns + CLOCK_NSEC_PER_SEC) {
		subscriber->second_ns = now_ns;
		subscriber->children = 0;
	}
	if (subscriber->children < CHILDREN_PER_SECOND) {
		subscriber->children++;
		return true;
	}
	queue_lose(subscriber);
	return false;
}

void subject_bind_process(struct watch *watch, const struct process *process, uint64_t event_ns,
			  const struct level_state *state)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct target *target;
	int r;

	target = target_find_process(watch->watches, process->pid);
	if ((target && binding_exists(watch, target)) || !admit_child(watch) ||
	    !permission_of_process(watch, process->pid))
		return;
	target = claim(watch, target_get_process(watch->watches, process->pid, process->since_ns));
	r = bind(watch, target, state, &error);
	tell_member(watch, process, r == 0 ? WATCH_STARTED : WATCH_FAILED, event_ns);
}

void subject_bind_member(struct watch *watch, struct process *process, uint64_t event_ns,
			 const struct level_state *state)
{
	struct family *family = family_of(process->members);
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (!family || !is_of_family(watch, family))
		return;
	if (!is_of_process(watch)) {
		(void)bind_family(watch, family, state, &error);
		return;
	}
	if (!watch->spec.inherits && process->pid != family->members.root_pid)
		return;
	subject_bind_process(watch, process, event_ns, state);
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
