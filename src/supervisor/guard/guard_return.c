/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/guard/guard_return.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/parse.h"
#include "base/text.h"
#include "supervisor/act/placing.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/guard/parts.h"

enum { TEXT_MAX = 64 * 1024 }; /* of a cgroup.procs; one with more processes is skipped */

static void report_move(struct guard *guard, const struct family *family, pid_t pid,
			const struct caller *caller, const char *what)
{
	_cleanup_free_ char *actor = text_format("uid:%u", (unsigned)caller->uid);
	struct procfs_stat subject = { .pid = pid };
	struct action action = action_own(what, family_scope(family),
					  "it was moved out of its scope");

	action.rule = family->rule->name;
	action.actor = actor;
	action.subject = &subject;
	if (!actor || view_read_stat(&guard->node->view, pid, &subject) < 0)
		return;
	guard->reported++;
	report_action(guard->report, &action, &(struct outcome){ .error = SLICECTL_ERROR_INIT });
}

static void judge_move(struct guard *guard, struct family *family, struct process *member,
		       const struct caller *caller)
{
	const char *scope = family_scope(family);
	const char *owner = slicectl_hierarchy_owner(guard->node->hierarchy, scope);
	struct slicectl_error ignored = SLICECTL_ERROR_INIT;
	char key[64];
	enum guard_step step;

	if (!owner || authority_check(guard->node->config, owner, caller, &ignored) == 0)
		return;
	(void)snprintf(key, sizeof(key), "process %d", (int)member->pid);
	step = guard_count(&guard->counts, key,
			   guard->node->config->supervisor.guard == CONFIG_GUARD_REVERT,
			   clock_now_usec());
	if (step == GUARD_SILENT)
		return;
	report_move(guard, family, member->pid, caller,
		    step == GUARD_CONTENDED ? "guard.contended" : "guard.move");
	if (step == GUARD_REVERT)
		placing_follow(guard->act, family, member);
}

/* Whether @procs belongs to the scope or to a cgroup below it. */
static bool is_in_scope(const struct guard *guard, const char *procs, const char *scope)
{
	_cleanup_free_ char *path =
		text_format("%s/%s/", slicectl_hierarchy_path(guard->node->hierarchy), scope);

	return !path || text_starts_with(procs, path);
}

static void check_process(struct guard *guard, const char *procs, pid_t pid,
			  const struct caller *caller)
{
	struct process *member = table_find(&guard->node->table, pid);
	struct family *family = member ? family_of(member->members) : NULL;

	/* A family with changes under way may not be in its scope yet. */
	if (!family || family->rule->action != RULE_PLACE || family->changes > 0 || !family->scope ||
	    !family->scope->exists || is_in_scope(guard, procs, family_scope(family)))
		return;
	judge_move(guard, family, member, caller);
}

void guard_return_members(struct guard *guard, const char *procs, int fd,
			  const struct caller *caller)
{
	_cleanup_free_ char *text = NULL;
	char *saved = NULL, *word;
	pid_t pid;

	if (fd_read_stream(fd, TEXT_MAX, &text, NULL) < 0)
		return;
	for (char *rest = text; (word = strtok_r(rest, "\n", &saved)); rest = NULL) {
		if (parse_pid(word, &pid) == 0)
			check_process(guard, procs, pid, caller);
	}
}
