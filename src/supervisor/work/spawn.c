/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/work/spawn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cgroup/mark.h"

/* A hook that latches must not run again after a crash, so the latch is set before the start.  A
 * file system without extended attributes cannot keep a latch; the hook is started anyway. */
static int set_latch(struct spawn *spawn)
{
	struct change *change = &spawn->change;
	_cleanup_free_ char *mark = text_format("%s%s", MARK_LATCH, spawn->rule);
	int r;

	if (!spawn->latch)
		return 0;
	r = mark ? mark_set_of_root(change->hierarchy, change->scope, mark, spawn->latch) : -ENOMEM;
	if (r == 0 || r == -ENOTSUP)
		return 0;
	return error_set(&change->error, -r, "%s: cannot record that the hook of %s has run: %s",
			 change->scope, spawn->rule, strerror(-r));
}

static int spawn_start(struct spawn *spawn)
{
	struct change *change = &spawn->change;
	pid_t pid;
	int r = set_latch(spawn);

	if (r == 0)
		r = slicectl_scope_spawn(change->hierarchy, change->owner, change->scope,
					 spawn->program, &pid, &spawn->pidfd, &change->error);
	/* Remove the scope again when nothing was started in it. */
	if (r < 0)
		(void)slicectl_scope_remove(change->hierarchy, change->owner, change->scope, NULL);
	return r;
}

static int spawn_carry_out(struct change *change)
{
	struct spawn *spawn = container_of(change, struct spawn, change);
	const struct origin origin = { .rule = spawn->rule, .action = "hook" };
	int r = change_make_scope(change, spawn->limits, &origin);

	if (r == -EEXIST)
		return error_set(&change->error, EEXIST,
				 "%s exists and may contain other processes; the hook of %s is not started there",
				 change->scope, spawn->rule);
	return r < 0 ? r : spawn_start(spawn);
}

struct spawn *spawn_new(const struct node *node, const char *scope, const char *rule)
{
	struct spawn *spawn = calloc(1, sizeof(*spawn));

	if (!spawn || change_init(&spawn->change, node, scope, spawn_carry_out) < 0) {
		free(spawn);
		return NULL;
	}
	spawn->pidfd = -1;
	spawn->rule = strdup(rule);
	if (spawn->rule)
		return spawn;
	spawn_free(spawn);
	return NULL;
}

struct spawn *spawn_of(struct job *job)
{
	return container_of(change_of(job), struct spawn, change);
}

void spawn_free(struct spawn *spawn)
{
	if (spawn->pidfd >= 0)
		(void)close(spawn->pidfd);
	change_done(&spawn->change);
	free(spawn->rule);
	free(spawn->latch);
	free(spawn);
}
