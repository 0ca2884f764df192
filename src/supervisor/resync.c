/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/resync.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include <slicectl/scope.h>

#include "base/log.h"
#include "base/text.h"
#include "cgroup/mark.h"
#include "process/scan.h"
#include "supervisor/apply.h"
#include "supervisor/family.h"
#include "supervisor/release.h"

/* Processes whose name a rule knows; considered when the table is complete, so
 * that the family of each is known. */
struct matches {
	struct supervisor *supervisor;
	pid_t *pids;
	size_t count;
};

static int remember(struct matches *matches, pid_t pid)
{
	pid_t *grown = reallocarray(matches->pids, matches->count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	matches->pids = grown;
	grown[matches->count++] = pid;
	return 0;
}

/* A parent of 1 may be the reaper of an orphan: an unknown parent leaves room for
 * the fork event that is still queued. */
static int take_process(const struct procfs_stat *stat, uint64_t looked_ns, void *data)
{
	const struct rule_subject subject = { .pid = stat->pid, .comm = stat->comm };
	struct matches *matches = data;
	struct supervisor *supervisor = matches->supervisor;

	(void)table_add(&supervisor->table, stat->pid, stat->ppid > 1 ? stat->ppid : 0,
			looked_ns);
	if (rule_match(&supervisor->config->rules, &subject))
		return remember(matches, stat->pid);
	return 0;
}

static void drop_unseen(struct supervisor *supervisor)
{
	struct process *process;

	while ((process = table_next_unseen(&supervisor->table))) {
		process->seen = true; /* whatever becomes of it */
		release_process(supervisor, process->pid);
	}
}

/* Members that were forked while events were lost may be outside. */
static void follow_members(struct supervisor *supervisor)
{
	struct supervised *family;
	struct process *member, *next;

	DL_FOREACH (supervisor->families, family) {
		DL_FOREACH_SAFE2 (family->family.members, member, next, next_member)
			family_follow(supervisor, member, 0);
	}
}

int resync(struct supervisor *supervisor, struct slicectl_error *error)
{
	struct matches matches = { .supervisor = supervisor };
	_cleanup_free_ pid_t *pids = NULL;
	int r;

	table_begin_scan(&supervisor->table);
	r = scan_processes(supervisor->proc_fd, take_process, &matches, error);
	pids = matches.pids;
	if (r == -ENOMEM)
		return error_set(error, ENOMEM, "out of memory");
	if (r < 0)
		return r;
	drop_unseen(supervisor);
	follow_members(supervisor);
	for (size_t i = 0; i < matches.count; i++)
		family_consider(supervisor, pids[i], 0);
	return 0;
}

static bool is_in_use(const struct supervisor *supervisor, const char *path)
{
	for (struct supervised *family = supervisor->families; family; family = family->next) {
		if (family->scope && text_equal(family->scope, path))
			return true;
	}
	return false;
}

/* A scope of an earlier supervisor: removed when empty, a family again otherwise. */
static void take_over(struct supervisor *supervisor, const char *path)
{
	_cleanup_free_ char *mark = NULL;
	bool empty;

	if (is_in_use(supervisor, path) ||
	    mark_get(supervisor->hierarchy, path, MARK_RULE, &mark) < 0 ||
	    slicectl_scope_is_empty(supervisor->hierarchy, path, &empty, NULL) < 0)
		return;
	if (!empty) {
		family_adopt(supervisor, path, mark);
		return;
	}
	(void)apply_action(supervisor, &(struct action){ .kind = ACTION_RELEASE,
							 .rule = mark,
							 .scope = path });
}

void resync_scopes(struct supervisor *supervisor)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	char **paths = NULL;

	if (slicectl_scope_list(supervisor->hierarchy, NULL, &paths, &error) < 0)
		log_warning("cannot list the scopes: %s", error.message);
	for (char **path = paths; path && *path; path++)
		take_over(supervisor, *path);
	slicectl_scope_list_free(paths);
}
