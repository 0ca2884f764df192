/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <utlist.h>

#include "base/error.h"
#include "base/fd.h"
#include "base/text.h"
#include "supervisor/family/families.h"
#include "supervisor/watch/parts.h"

static bool acts_for(const struct watches *watches, const struct caller *caller, const char *path)
{
	const char *owner = path ? slicectl_hierarchy_owner(watches->node->hierarchy, path) : NULL;

	return owner && authority_acts_as(watches->node->config, owner, caller);
}

/* The user of the process, and the user that its directory belongs to.  They differ for a program that
 * runs with other rights than those of its user. */
static int read_users(int proc_fd, const struct target *target, pid_t pid, uid_t *ret_uid,
		      uid_t *ret_directory)
{
	char path[32], text[4096];
	struct stat status;
	int r;

	/* The open directory is that of the process which is meant, whoever has its pid by now. */
	if (target && target->fd >= 0) {
		if (fd_read_file(target->fd, "status", text, sizeof(text)) < 0 ||
		    fstat(target->fd, &status) < 0)
			return -ESRCH;
		r = procfs_uid_parse(text, ret_uid);
	} else {
		(void)snprintf(path, sizeof(path), "%d", (int)pid);
		if (fstatat(proc_fd, path, &status, 0) < 0)
			return -ESRCH;
		r = procfs_read_uid(proc_fd, pid, ret_uid);
	}
	*ret_directory = status.st_uid;
	return r;
}

/* 1, 0, or -ESRCH when it has exited, which says nothing about whose it was. */
static int owns_process(const struct watches *watches, const struct caller *caller,
			const struct target *target, pid_t pid)
{
	uid_t uid, directory;
	int r = read_users(watches->node->view.proc_fd, target, pid, &uid, &directory);

	return r < 0 ? -ESRCH : uid == caller->uid && directory == caller->uid;
}

static int may_watch_process(const struct watches *watches, const struct caller *caller,
			     const struct target *target, pid_t pid)
{
	const struct process *process = table_find(&watches->node->table, pid);
	const struct family *family = process ? family_of(process->members) : NULL;

	if (family && process->inside && acts_for(watches, caller, family_scope(family)))
		return 1;
	return owns_process(watches, caller, target, pid);
}

static int may_watch_family(const struct watches *watches, const struct caller *caller,
			    const struct family *family)
{
	if (!family || !family->members.first)
		return -ESRCH;
	if (acts_for(watches, caller, family_scope(family)))
		return 1;
	return owns_process(watches, caller, NULL, family->members.first->pid);
}

/* The template of a scope has no specifiers in its slice. */
static bool may_watch_rule(const struct watches *watches, const struct caller *caller,
			   const char *name)
{
	const struct rule *rule = rule_set_find(&watches->node->config->rules, name);

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
		if (may_watch_process(watches, caller, NULL, subject->pid) == 1)
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

/* The same question is asked for each level of a client, within one turn of the loop. */
static int ask(struct subscriber *subscriber, const struct target *target, pid_t pid)
{
	struct watches *watches = subscriber->watches;

	if (subscriber->asked_turn == watches->turn && subscriber->asked_pid == pid)
		return subscriber->answer;
	subscriber->answer = may_watch_process(watches, &subscriber->caller, target, pid);
	subscriber->asked_turn = watches->turn;
	subscriber->asked_pid = pid;
	return subscriber->answer;
}

bool permission_holds(const struct binding *binding)
{
	struct subscriber *subscriber = binding->watch->subscriber;
	const struct target *target = binding->gauge->target;

	if (!subscriber || subscriber->caller.uid == 0)
		return true;
	if (target->kind == SUBJECT_CGROUP)
		return acts_for(target->watches, &subscriber->caller, target->key);
	if (target->kind == SUBJECT_FAMILY)
		return may_watch_family(target->watches, &subscriber->caller,
					target_family(target)) != 0;
	return ask(subscriber, target, target->pid) != 0;
}

bool permission_of_process(const struct watch *watch, pid_t pid)
{
	struct subscriber *subscriber = watch->subscriber;

	return !subscriber || subscriber->caller.uid == 0 || ask(subscriber, NULL, pid) == 1;
}
