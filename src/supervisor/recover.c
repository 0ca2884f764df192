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

static void release(struct supervisor *supervisor, const char *path, const char *rule,
		    const char *reason)
{
	apply_action(supervisor->act, &(struct action){ .kind = ACTION_RELEASE,
							.rule = rule,
							.scope = path,
							.reason = reason });
}

/* Half a scope: whoever wanted it has had no answer. */
static void remove_unfinished(struct supervisor *supervisor, const char *slice, const char *name)
{
	_cleanup_free_ char *path = text_format("%s/%s", slice, name);
	bool empty;
	int r = path ? slicectl_scope_is_empty(supervisor->node.hierarchy, path, &empty, NULL) :
		       -ENOMEM;

	if (r == 0 && empty)
		release(supervisor, path, NULL, "it was not finished");
	else if (r == 0)
		log_warning("%s was not finished, and holds processes; it is left alone", path);
}

/* Who has a slice can write any mark there: it is good for what lies in it itself. */
static bool is_to_be_taken(const struct supervisor *supervisor, const char *slice, const char *name)
{
	return !strchr(name, '/') && !making_goes_on(supervisor->node.hierarchy, slice, name);
}

static void take_unfinished(struct supervisor *supervisor, const char *slice)
{
	char **names = NULL;

	if (supervisor->node.dry_run || making_list(supervisor->node.hierarchy, slice, &names) < 0)
		return;
	for (char **name = names; *name; name++) {
		if (is_to_be_taken(supervisor, slice, *name))
			remove_unfinished(supervisor, slice, *name);
		else
			**name = '\0';
	}
	/* The mark goes last. */
	if (*names)
		mover_settle_moves(supervisor->mover);
	for (char **name = names; *name; name++) {
		if (**name)
			recovery_forget_making(&supervisor->node, slice, *name);
	}
	slicectl_scope_list_free(names);
}

/* A command without us may be making one at this moment, under its lock. */
static void take_all_unfinished(struct supervisor *supervisor)
{
	_cleanup_free_ char *path = text_format("%s/run/slicectl/lock", supervisor->node.root);
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	_cleanup_close_ int lock = -1;

	if (!path || lock_take(path, LOCK_USEC, &lock, &error) < 0) {
		log_warning("scopes that were not finished are not looked for: %s",
			    path ? error.message : "out of memory");
		return;
	}
	for (size_t i = 0; i < supervisor->node.config->n_slices; i++)
		take_unfinished(supervisor, supervisor->node.config->slices[i].path);
}

/* Told to be removed: by a destroy that did not come to its end. */
static bool take_doomed(struct supervisor *supervisor, const char *path, bool empty)
{
	_cleanup_free_ char *mark = NULL;

	if (mark_get(supervisor->node.hierarchy, path, MARK_DESTROY, &mark) < 0)
		return false;
	if (empty) {
		release(supervisor, path, NULL, "it was to be destroyed");
	} else {
		log_warning("%s was to be destroyed, and holds processes; it is removed when it is empty",
			    path);
		zombies_watch(act_zombies(supervisor->act), path);
	}
	return true;
}

static void take_scope(struct supervisor *supervisor, const char *path)
{
	_cleanup_free_ char *rule = NULL;
	bool empty;

	if (slicectl_scope_is_empty(supervisor->node.hierarchy, path, &empty, NULL) < 0)
		return;
	if (!empty)
		recovery_thaw(&supervisor->node, path);
	if (take_doomed(supervisor, path, empty) ||
	    mark_get(supervisor->node.hierarchy, path, MARK_RULE, &rule) < 0)
		return;
	if (empty)
		release(supervisor, path, rule, NULL);
	else
		adoption_of_scope(supervisor->life, path, rule);
}

void recover_scopes(struct supervisor *supervisor)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	char **paths = NULL;

	take_all_unfinished(supervisor);
	if (slicectl_scope_list(supervisor->node.hierarchy, NULL, &paths, &error) < 0)
		log_warning("cannot list the scopes: %s", error.message);
	for (char **path = paths; path && *path; path++)
		take_scope(supervisor, *path);
	slicectl_scope_list_free(paths);
}
