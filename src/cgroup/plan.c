/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/plan.h"

/*
 * The changes that `slicectl init` makes.  A cgroup has the controllers that its parent
 * enables.  So the plan computes, from the base downwards, the controllers of each level
 * after the changes before it.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/delegate.h"
#include "cgroup/directory.h"
#include "cgroup/interface.h"
#include "cgroup/leftover_slice.h"
#include "cgroup/limit_unset.h"
#include "cgroup/limits.h"
#include "cgroup/nudge.h"
#include "cgroup/refusal.h"

/* State of one level while planning. */
struct level {
	int fd;                   /* -1 while the cgroup does not exist */
	controller_set available; /* enabled by the parent, now or by the plan */
	controller_set enabled;   /* enabled for children, now or by the plan */
};

static char *copy_or_null(const char *text)
{
	return text ? strdup(text) : NULL;
}

static void free_change(struct slicectl_change *change)
{
	free((char *)change->path);
	free((char *)change->file);
	free((char *)change->old_value);
	free((char *)change->new_value);
}

static int add_change(struct slicectl_plan *plan, const struct slicectl_change *change)
{
	struct slicectl_change *grown;
	struct slicectl_change own = {
		.kind = change->kind,
		.path = strdup(change->path),
		.file = copy_or_null(change->file),
		.old_value = copy_or_null(change->old_value),
		.new_value = copy_or_null(change->new_value),
	};

	grown = reallocarray(plan->changes, plan->count + 1, sizeof(*grown));
	if (grown)
		plan->changes = grown;
	if (!grown || !own.path || !own.file != !change->file ||
	    !own.old_value != !change->old_value || !own.new_value != !change->new_value) {
		free_change(&own);
		return -ENOMEM;
	}
	plan->changes[plan->count++] = own;
	return 0;
}

struct slicectl_plan *slicectl_plan_free(struct slicectl_plan *plan)
{
	if (!plan)
		return NULL;
	for (size_t i = 0; i < plan->count; i++)
		free_change(&plan->changes[i]);
	free(plan->changes);
	free(plan);
	return NULL;
}

size_t slicectl_plan_count(const struct slicectl_plan *plan)
{
	return plan->count;
}

const struct slicectl_change *slicectl_plan_change(const struct slicectl_plan *plan, size_t i)
{
	return i < plan->count ? &plan->changes[i] : NULL;
}

/* One change per controller: a single write of several controllers fails as a whole when
 * one of them is refused. */
static int plan_controllers(struct slicectl_plan *plan, const char *path, struct level *level,
			    controller_set wanted)
{
	controller_set missing = wanted & level->available & ~level->enabled;

	for (size_t i = 0; controller_name(i); i++) {
		int r;

		if (!(missing & (1U << i)))
			continue;
		r = add_change(plan, &(struct slicectl_change){
					     .kind = SLICECTL_CHANGE_ENABLE,
					     .path = path,
					     .file = "cgroup.subtree_control",
					     .new_value = controller_name(i),
				     });
		if (r < 0)
			return r;
	}
	level->enabled |= missing;
	return 0;
}

/* The value that a policy or somebody has changed for a while, and that slicectld puts back; NULL: the
 * present one is there to stay.  The caller frees it. */
static char *coming_back(struct slicectl_hierarchy *hierarchy, const char *path, const char *file)
{
	char *baseline = NULL;
	uint64_t until_usec = 0;

	if (!hierarchy->is_supervised || nudge_is_intact(hierarchy, path, file) != 1 ||
	    nudge_baseline(hierarchy, path, file, &baseline, &until_usec) < 0)
		return NULL;
	return baseline;
}

static int plan_limit(struct slicectl_hierarchy *hierarchy, struct slicectl_plan *plan,
		      const char *path, const struct level *level, const struct limit *limit,
		      struct slicectl_error *error)
{
	_cleanup_free_ char *current = NULL, *baseline = NULL;
	controller_set needed = controller_of_file(limit->file);

	if ((needed & ~level->available) && limit_is_unset(limit->file, limit->value))
		return 0;
	if (needed & ~level->available)
		return error_set(error, EOPNOTSUPP,
				 "%s: %s: controller %.*s is not available in it, and slicectl probe says why; nothing was changed",
				 path, limit->file, (int)strcspn(limit->file, "."), limit->file);
	if (level->fd >= 0)
		(void)interface_read(level->fd, limit->file, &current);
	baseline = coming_back(hierarchy, path, limit->file);
	if (current && limit_is_current(limit->file, limit->value, baseline ? baseline : current))
		return 0;
	return add_change(plan, &(struct slicectl_change){
					.kind = SLICECTL_CHANGE_SET,
					.path = path,
					.file = limit->file,
					.old_value = current,
					.new_value = limit->value,
				});
}

/* Owners are shown as "UID:GID".  A slice that is no longer delegated goes back to the
 * owner of the base. */
static int plan_delegation(struct slicectl_plan *plan, const char *path, const struct level *level,
			   const struct delegatee *delegatee)
{
	char owner[32];
	bool done = false;

	if (delegatee && delegatee->uid == (uid_t)-1)
		return 0; /* it stays with whoever has it */
	/* A new cgroup already belongs to the user that makes it. */
	if (!delegatee || (!delegatee->is_set && level->fd < 0))
		return 0;
	if (level->fd >= 0 &&
	    delegate_is_done(level->fd, delegatee->uid, delegatee->gid, &done) == 0 && done)
		return 0;
	if (delegatee->gid == (gid_t)-1) /* the group is not changed */
		(void)snprintf(owner, sizeof(owner), "%u", (unsigned)delegatee->uid);
	else
		(void)snprintf(owner, sizeof(owner), "%u:%u", (unsigned)delegatee->uid,
			       (unsigned)delegatee->gid);
	return add_change(plan, &(struct slicectl_change){
					.kind = SLICECTL_CHANGE_DELEGATE,
					.path = path,
					.new_value = owner,
				});
}

/* Opens the cgroup of the level.  In a tree without interface files (a plain directory) no
 * controller is available or enabled. */
static int open_level(const struct slicectl_hierarchy *hierarchy, const char *path,
		      struct level *level, struct slicectl_error *error)
{
	level->enabled = 0;
	level->fd = directory_open(hierarchy->base_fd, path);
	if (level->fd == -ENOENT) {
		level->fd = -1;
		return 0;
	}
	if (level->fd < 0)
		return refusal_set(error, REFUSAL_OPEN, level->fd, path, NULL, NULL);
	(void)controller_read(level->fd, "cgroup.subtree_control", &level->enabled);
	return 0;
}

static int plan_level(struct slicectl_hierarchy *hierarchy, struct slicectl_plan *plan,
		      const char *path, const struct slicectl_limits *limits,
		      const struct delegatee *delegatee, struct level *level,
		      struct slicectl_error *error)
{
	int r;

	r = open_level(hierarchy, path, level, error);
	if (r < 0)
		return r;
	if (*path == '\0')
		(void)controller_read(level->fd, "cgroup.controllers", &level->available);
	else if (level->fd < 0)
		r = add_change(plan, &(struct slicectl_change){ .kind = SLICECTL_CHANGE_CREATE,
								.path = path });
	if (r == 0)
		r = plan_controllers(plan, path, level, hierarchy->controllers);
	for (size_t i = 0; r == 0 && i < slicectl_limits_count(limits); i++)
		r = plan_limit(hierarchy, plan, path, level, &limits->list[i], error);
	if (r == 0)
		r = plan_delegation(plan, path, level, delegatee);
	cleanup_close(&level->fd);
	return r == -ENOMEM ? error_set(error, ENOMEM, "out of memory") : r;
}

/* Index of the declared parent, or -1 for the base. */
static ssize_t parent_of(const struct slicectl_hierarchy *hierarchy, const char *path)
{
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; slash && i < hierarchy->n_slices; i++) {
		const char *other = hierarchy->slices[i].path;

		if (strlen(other) == (size_t)(slash - path) &&
		    strncmp(other, path, (size_t)(slash - path)) == 0)
			return (ssize_t)i;
	}
	return -1;
}

/* A parent must be declared before its children, so the order of slices is top-down. */
static int plan_slices(struct slicectl_hierarchy *hierarchy, struct slicectl_plan *plan,
		       struct level *levels, struct slicectl_error *error)
{
	struct level base = { .fd = -1 };
	int r;

	r = plan_level(hierarchy, plan, "", NULL, NULL, &base, error);
	for (size_t i = 0; r == 0 && i < hierarchy->n_slices; i++) {
		const char *path = hierarchy->slices[i].path;
		ssize_t parent = parent_of(hierarchy, path);

		levels[i].available = parent < 0 ? base.enabled : levels[parent].enabled;
		r = plan_level(hierarchy, plan, path, hierarchy->limits[i],
			       &hierarchy->delegatees[i], &levels[i], error);
	}
	return r;
}

/* A slice that is taken back gets the owner of the base. */
static int plan_leftover(const struct slicectl_hierarchy *hierarchy, struct slicectl_plan *plan,
			 const struct leftover_slice *leftover)
{
	struct slicectl_change change = { .kind = SLICECTL_CHANGE_REMOVE, .path = leftover->path };
	struct stat base;
	char owner[32];

	plan->n_left += leftover->fate != LEFTOVER_REMOVE;
	if (leftover->fate == LEFTOVER_STAYS || fstat(hierarchy->base_fd, &base) < 0)
		return 0;
	if (leftover->fate == LEFTOVER_TAKE_BACK) {
		(void)snprintf(owner, sizeof(owner), "%u:%u", (unsigned)base.st_uid,
			       (unsigned)base.st_gid);
		change.kind = SLICECTL_CHANGE_DELEGATE;
		change.new_value = owner;
	}
	return add_change(plan, &change);
}

static int plan_leftovers(const struct slicectl_hierarchy *hierarchy, struct slicectl_plan *plan,
			  struct slicectl_error *error)
{
	struct leftover_slice *list = NULL;
	size_t n = 0;
	int r = leftover_slice_find(hierarchy, &list, &n);

	for (size_t i = 0; r == 0 && i < n; i++)
		r = plan_leftover(hierarchy, plan, &list[i]);
	leftover_slice_free(list, n);
	return r < 0 ? error_set(error, -r,
				 "cannot look for slices that are no longer configured: %s",
				 strerror(-r)) :
		       0;
}

int slicectl_hierarchy_plan(struct slicectl_hierarchy *hierarchy, struct slicectl_plan **ret_plan,
			    struct slicectl_error *error)
{
	_cleanup_plan_ struct slicectl_plan *plan = calloc(1, sizeof(*plan));
	_cleanup_free_ struct level *levels = NULL;
	int r;

	levels = calloc(hierarchy->n_slices + 1, sizeof(*levels));
	if (!plan || !levels)
		return error_set(error, ENOMEM, "out of memory");
	r = plan_slices(hierarchy, plan, levels, error);
	if (r == 0)
		r = plan_leftovers(hierarchy, plan, error);
	if (r < 0)
		return r;
	*ret_plan = TAKE_PTR(plan);
	return 0;
}
