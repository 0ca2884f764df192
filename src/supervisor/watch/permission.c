/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <utlist.h>

#include "base/error.h"
#include "base/text.h"
#include "supervisor/family/families.h"
#include "supervisor/watch/parts.h"

static bool acts_for(const struct watches *watches, const struct caller *caller, const char *path)
{
	const char *owner = path ? slicectl_hierarchy_owner(watches->node->hierarchy, path) : NULL;

	return owner && authority_acts_as(watches->node->config, owner, caller);
}

/* The process belongs to the user, and its program is not one that runs with other rights: then the
 * directory belongs to root. */
static bool owns_process(const struct watches *watches, const struct caller *caller, pid_t pid)
{
	char number[16];
	struct stat status;
	uid_t uid;

	(void)snprintf(number, sizeof(number), "%d", (int)pid);
	return procfs_read_uid(watches->node->view.proc_fd, pid, &uid) == 0 && uid == caller->uid &&
	       fstatat(watches->node->view.proc_fd, number, &status, 0) == 0 &&
	       status.st_uid == caller->uid;
}

static bool may_watch_process(const struct watches *watches, const struct caller *caller, pid_t pid)
{
	const struct process *process = table_find(&watches->node->table, pid);
	const struct family *family = process ? family_of(process->members) : NULL;

	return owns_process(watches, caller, pid) ||
	       (family && process->inside && acts_for(watches, caller, family_scope(family)));
}

static const struct rule *find_rule(const struct watches *watches, const char *name)
{
	const struct rule_set *rules = &watches->node->config->rules;

	for (size_t i = 0; i < rules->count; i++) {
		if (text_equal(rules->rules[i].name, name))
			return &rules->rules[i];
	}
	return NULL;
}

/* The template of a scope has no specifiers in its slice. */
static bool may_watch_rule(const struct watches *watches, const struct caller *caller,
			   const char *name)
{
	const struct rule *rule = find_rule(watches, name);

	return rule && rule->scope && acts_for(watches, caller, rule->scope);
}

int permission_check(const struct watches *watches, const struct caller *caller,
		     const struct watch_spec *spec, struct slicectl_error *error)
{
	const struct subject *subject = &spec->subject;

	if (caller->uid == 0)
		return 0;
	switch (subject->kind) {
	case SUBJECT_PROCESS:
	case SUBJECT_FAMILY:
		if (may_watch_process(watches, caller, subject->pid))
			return 0;
		return error_set(error, EPERM,
				 "process %d is not yours, and not in a scope of an owner that uid %u may act for",
				 (int)subject->pid, (unsigned)caller->uid);
	case SUBJECT_RULE:
		if (may_watch_rule(watches, caller, subject->name))
			return 0;
		return error_set(error, EPERM,
				 "uid %u may not act for the owner of the slice in which rule %s places",
				 (unsigned)caller->uid, TEXT_ESCAPE(subject->name));
	default:
		if (acts_for(watches, caller, subject->name))
			return 0;
		return error_set(error, EPERM, "uid %u may not act for the owner of %s",
				 (unsigned)caller->uid, TEXT_ESCAPE(subject->name));
	}
}

bool permission_holds(const struct binding *binding)
{
	const struct subscriber *subscriber = binding->watch->subscriber;
	const struct target *target = binding->gauge->target;

	if (!subscriber || subscriber->caller.uid == 0)
		return true;
	if (target->kind == SUBJECT_CGROUP)
		return acts_for(target->watches, &subscriber->caller, target->key);
	return may_watch_process(target->watches, &subscriber->caller, target->pid);
}

bool permission_of_process(const struct watch *watch, pid_t pid)
{
	const struct subscriber *subscriber = watch->subscriber;

	return !subscriber || subscriber->caller.uid == 0 ||
	       may_watch_process(watch->watches, &subscriber->caller, pid);
}
