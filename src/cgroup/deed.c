/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/deed.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/identity.h"
#include "cgroup/claim.h"
#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/hold.h"
#include "cgroup/lifecycle.h"
#include "cgroup/limits.h"
#include "cgroup/making.h"
#include "cgroup/mark.h"
#include "cgroup/nudge.h"
#include "cgroup/place_move.h"
#include "cgroup/protect.h"
#include "cgroup/reclaim.h"
#include "cgroup/remove.h"

/* A deed under way. */
struct work {
	struct slicectl_hierarchy *hierarchy;
	int proc_fd;
	const struct deed *deed;
	deed_check check;
	void *data;
	size_t moved;
};

static int move_one(const struct work *work, const struct place *place, pid_t pid,
		    struct slicectl_error *error)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	struct slicectl_error failure = SLICECTL_ERROR_INIT;
	int r;

	r = held_process_open(work->proc_fd, pid, &held);
	if (r == 0 && work->check)
		r = work->check(&held, work->data, &failure);
	if (r == 0)
		r = work->deed->place ?
			    work->deed->place(work->hierarchy, place, &held, work->data, &failure) :
			    place_held(work->hierarchy, place, &held, NULL, &failure);
	/* The first two may fail without a sentence. */
	if (r < 0 && failure.code != -r)
		return error_set(error, -r, "process %d: %s", (int)pid,
				 r == -ESRCH ? "there is no such process" : strerror(-r));
	if (r < 0 && error)
		*error = failure;
	return r;
}

/* A process that cannot be moved does not keep the others where they are; a new scope, which would
 * be removed again, is left to the first failure.  The sentence is of the first. */
static int move_each(struct work *work, const struct place *place, struct slicectl_error *error)
{
	const struct deed *deed = work->deed;
	int failure = 0;

	for (size_t i = 0; i < deed->n_pids; i++) {
		int r = move_one(work, place, deed->pids[i], failure < 0 ? NULL : error);

		work->moved += r == 0;
		if (r < 0 && failure == 0)
			failure = r;
		if (r < 0 && deed->kind == DEED_CREATE)
			break;
	}
	if (failure < 0 && deed->n_pids > 1 && deed->kind == DEED_MOVE)
		error_prefix(error, "%zu of %zu processes were moved to %s", work->moved,
			     deed->n_pids, deed->scope);
	return failure;
}

static int move_all(struct work *work, struct slicectl_error *error)
{
	_cleanup_place_ struct place place = PLACE_NULL;
	_cleanup_free_ char *scope = NULL;
	int r;

	r = claim_scope(work->hierarchy, work->deed->owner, work->deed->scope, &scope, error);
	if (r == 0)
		r = lifecycle_check_active(work->hierarchy, scope, error);
	if (r == 0)
		r = place_open(work->hierarchy, scope, &place, error);
	return r == 0 ? move_each(work, &place, error) : r;
}

static void mark_for_run(const void *data)
{
	const struct work *work = data;
	_cleanup_free_ char *path = NULL;

	if (work->deed->for_run &&
	    slicectl_scope_path(work->hierarchy, work->deed->scope, &path, NULL) == 0)
		(void)mark_set(work->hierarchy, path, MARK_MADE, MARK_MADE_RUN);
}

static int create(struct work *work, struct slicectl_error *error)
{
	const struct deed *deed = work->deed;
	int r;

	r = making_scope(work->hierarchy, deed->owner, deed->scope, deed->limits, mark_for_run,
			 work, error);
	if (r < 0 || deed->n_pids == 0)
		return r;
	r = move_all(work, error);
	/* Leaves no scope behind, but does not kill what was moved into it. */
	if (r < 0 && slicectl_scope_remove(work->hierarchy, deed->owner, deed->scope, NULL) < 0)
		error_prefix(error, "%s stays, with the processes that were moved before",
			     deed->scope);
	return r;
}

static int read_id(const struct work *work, uint64_t *ret_id, struct slicectl_error *error)
{
	int r = hierarchy_read_stat(work->hierarchy, work->deed->scope, ret_id, NULL);

	return r < 0 ? error_set(error, -r, "%s: %s", work->deed->scope, strerror(-r)) : 0;
}

/* What is also done to slices. */
static bool is_of_cgroups(enum deed_kind kind)
{
	return kind == DEED_NUDGE || kind == DEED_NUDGE_ON || kind == DEED_UNNUDGE ||
	       kind == DEED_RECLAIM;
}

/* The scope may have been removed, and another one made with its path. */
static int check_id(const struct work *work, struct slicectl_error *error)
{
	const struct deed *deed = work->deed;
	uint64_t id;
	int r;

	if (deed->id == 0 || deed->kind == DEED_REMOVE)
		return 0;
	if (is_of_cgroups(deed->kind))
		r = read_id(work, &id, error);
	else
		r = slicectl_scope_id(work->hierarchy, deed->scope, &id, error);
	return r < 0 || id == deed->id ?
		       r :
		       error_set(error, ENOENT, "%s is another scope of that name", deed->scope);
}

static int restore(const struct work *work, struct slicectl_error *error)
{
	const struct deed *deed = work->deed;
	_cleanup_close_ int fd = directory_open(work->hierarchy->base_fd, deed->scope);

	return fd < 0 ? error_set(error, -fd, "%s: %s", deed->scope, strerror(-fd)) :
			hold_apply_for_good(work->hierarchy, fd, deed->scope, deed->limits, error);
}

/* Still the cgroup that was seen, and still not marked as ours. */
static int check_foreign(const struct work *work)
{
	_cleanup_close_ int fd = directory_open(work->hierarchy->base_fd, work->deed->scope);
	_cleanup_free_ char *made = NULL;
	struct stat status;

	if (fd < 0)
		return fd;
	if (fstat(fd, &status) < 0)
		return -errno;
	return status.st_ino != work->deed->id || mark_read(fd, MARK_MADE, &made) == 0 ? -ESTALE : 0;
}

static int remove_foreign(const struct work *work, struct slicectl_error *error)
{
	int r = check_foreign(work);

	if (r == 0)
		r = remove_empty(work->hierarchy->base_fd, work->deed->scope);
	return r == 0 ? 0 :
			error_set(error, -r, "%s is not removed: %s", work->deed->scope,
				  r == -EBUSY ? "it is not empty" : strerror(-r));
}

/* A process that is frozen by its own request could not thaw itself. */
static int freeze_or_thaw(const struct work *work, struct slicectl_error *error)
{
	const struct deed *deed = work->deed;
	bool freezes = deed->kind == DEED_FREEZE;
	int r = freezes && deed->asking > 0 ?
			protect_check(work->hierarchy, deed->scope, deed->asking, error) :
			0;

	return r < 0 ? r :
		       slicectl_scope_freeze(work->hierarchy, deed->owner, deed->scope, freezes,
					     deed->timeout_usec, error);
}

static int set(const struct work *work, struct slicectl_error *error)
{
	const struct deed *deed = work->deed;

	return deed->for_usec > 0 ? hold_scope_limits(work->hierarchy, deed->owner, deed->scope,
						      deed->limits, deed->for_usec, error) :
				    slicectl_scope_set(work->hierarchy, deed->owner, deed->scope,
						       deed->limits, error);
}

static int carry_out(struct work *work, struct slicectl_error *error)
{
	struct slicectl_hierarchy *hierarchy = work->hierarchy;
	const struct deed *deed = work->deed;

	switch (deed->kind) {
	case DEED_CREATE:
		return create(work, error);
	case DEED_DESTROY:
		return slicectl_scope_destroy(hierarchy, deed->owner, deed->scope,
					      deed->timeout_usec, deed->asking, error);
	case DEED_SET:
		return set(work, error);
	case DEED_MOVE:
		return move_all(work, error);
	case DEED_FREEZE:
	case DEED_THAW:
		return freeze_or_thaw(work, error);
	case DEED_KILL:
		return slicectl_scope_kill(hierarchy, deed->owner, deed->scope, deed->timeout_usec,
					   deed->asking, error);
	case DEED_RESTORE:
		return restore(work, error);
	case DEED_NUDGE:
	case DEED_NUDGE_ON:
		return nudge_write(hierarchy, deed->scope, slicectl_limits_file(deed->limits, 0),
				   slicectl_limits_value(deed->limits, 0), deed->kind == DEED_NUDGE,
				   error);
	case DEED_UNNUDGE:
		return nudge_restore(hierarchy, deed->scope, slicectl_limits_file(deed->limits, 0),
				     error);
	case DEED_RECLAIM:
		return reclaim_memory(hierarchy, deed->scope, deed->bytes, error);
	case DEED_REMOVE:
		return remove_foreign(work, error);
	default:
		return error_set(error, EINVAL, "%s: unknown change %d", deed->scope,
				 (int)deed->kind);
	}
}

int deed_carry_out(struct slicectl_hierarchy *hierarchy, int proc_fd, const struct deed *deed,
		   deed_check check, void *data, size_t *ret_processes, struct slicectl_error *error)
{
	struct work work = {
		.hierarchy = hierarchy,
		.proc_fd = proc_fd >= 0 ? proc_fd : hierarchy->proc_fd,
		.deed = deed,
		.check = check,
		.data = data,
	};
	int r = check_id(&work, error);

	if (r == 0)
		r = carry_out(&work, error);
	*ret_processes = work.moved;
	return r;
}
