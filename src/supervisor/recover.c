/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/recover.h"

#include <errno.h>
#include <string.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/making.h"
#include "cgroup/mark.h"
#include "supervisor/act/apply.h"
#include "supervisor/act/zombies.h"
#include "supervisor/life/adoption.h"
#include "supervisor/parts.h"
#include "supervisor/work/recovery.h"

#define LOCK_USEC (5 * CLOCK_USEC_PER_SEC)

static void release_scope(struct supervisor *supervisor, const char *path, const char *rule,
			  const char *reason)
{
	apply_action(supervisor->act, &(struct action){ .kind = ACTION_RELEASE,
							.rule = rule,
							.scope = path,
							.reason = reason });
}

/* Removes a half-made scope; no client has received a reply about it. */
static void remove_unfinished(struct supervisor *supervisor, const char *slice, const char *name)
{
	_cleanup_free_ char *path = text_format("%s/%s", slice, name);
	bool empty;
	int r = path ? slicectl_scope_is_empty(supervisor->node.hierarchy, path, &empty, NULL) :
		       -ENOMEM;

	if (r == 0 && empty)
		release_scope(supervisor, path, NULL, "its creation was interrupted");
	else if (r == 0)
		log_warning("the creation of %s was interrupted, but it holds processes; it is left alone",
			    path);
}

/* Whether the mark names a half-made scope that no command is still making.  The user who owns a
 * slice can write any mark on it, so a mark is only accepted for a direct child of the slice. */
static bool is_unfinished(const struct supervisor *supervisor, const char *slice, const char *name)
{
	return !strchr(name, '/') && !making_goes_on(supervisor->node.hierarchy, slice, name);
}

static void remove_unfinished_of(struct supervisor *supervisor, const char *slice)
{
	char **names = NULL;

	if (supervisor->node.dry_run || making_list(supervisor->node.hierarchy, slice, &names) < 0)
		return;
	for (char **name = names; *name; name++) {
		if (is_unfinished(supervisor, slice, *name))
			remove_unfinished(supervisor, slice, *name);
		else
			**name = '\0';
	}
	/* The marks are removed last, after the scopes. */
	if (*names)
		mover_settle_moves(supervisor->mover);
	for (char **name = names; *name; name++) {
		if (**name)
			recovery_forget_making(&supervisor->node, slice, *name);
	}
	slicectl_scope_list_free(names);
}

/* Takes the lock under which slicectl makes scopes itself, because it may be making one now. */
static void remove_all_unfinished(struct supervisor *supervisor)
{
	_cleanup_free_ char *path = text_format("%s/run/slicectl/lock", supervisor->node.root);
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	_cleanup_close_ int lock = -1;

	if (!path || lock_take(path, LOCK_USEC, &lock, &error) < 0) {
		log_warning("cannot remove scopes whose creation was interrupted: %s",
			    path ? error.message : "out of memory");
		return;
	}
	for (size_t i = 0; i < supervisor->node.config->n_slices; i++)
		remove_unfinished_of(supervisor, supervisor->node.config->slices[i].path);
}

/* Whether the scope has the mark of a destroy that was interrupted.  Finishes the destroy. */
static bool finish_destroy(struct supervisor *supervisor, const char *path, bool empty)
{
	_cleanup_free_ char *mark = NULL;

	if (mark_get(supervisor->node.hierarchy, path, MARK_DESTROY, &mark) < 0)
		return false;
	if (empty) {
		release_scope(supervisor, path, NULL, "its destruction was interrupted");
	} else {
		log_warning("the destruction of %s was interrupted, and it holds processes; it is removed when they have exited",
			    path);
		zombies_watch(act_zombies(supervisor->act), path);
	}
	return true;
}

static void recover_scope(struct supervisor *supervisor, const char *path)
{
	_cleanup_free_ char *rule = NULL;
	bool empty;

	if (slicectl_scope_is_empty(supervisor->node.hierarchy, path, &empty, NULL) < 0)
		return;
	if (!empty)
		recovery_thaw(&supervisor->node, path);
	if (finish_destroy(supervisor, path, empty) ||
	    mark_get(supervisor->node.hierarchy, path, MARK_RULE, &rule) < 0)
		return;
	if (empty)
		release_scope(supervisor, path, rule, NULL);
	else
		adoption_of_scope(supervisor->life, path, rule);
}

void recover_scopes(struct supervisor *supervisor)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	char **paths = NULL;

	remove_all_unfinished(supervisor);
	if (slicectl_scope_list(supervisor->node.hierarchy, NULL, &paths, &error) < 0)
		log_warning("cannot list the scopes: %s", error.message);
	for (char **path = paths; path && *path; path++)
		recover_scope(supervisor, *path);
	slicectl_scope_list_free(paths);
}
