/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/place_move.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/identity.h"
#include "base/text.h"
#include "cgroup/claim.h"
#include "cgroup/handle.h"
#include "cgroup/interface.h"
#include "cgroup/lifecycle.h"
#include "cgroup/refusal.h"

static int check_movable(const struct held_process *held, struct slicectl_error *error)
{
	int pid = (int)held->stat.pid;

	if (pid == 1)
		return error_set(error, EPERM,
				 "process 1 is the init of the system and is never moved");
	if (procfs_is_kernel_thread(&held->stat))
		return error_set(error, EPERM,
				 "process %d (%s) is a kernel thread and is never moved", pid,
				 TEXT_ESCAPE(held->stat.comm));
	return 0;
}

/* An exiting task leaves its cgroup some time before its pidfd becomes readable. */
static bool has_ended(const struct slicectl_hierarchy *hierarchy, const struct held_process *held)
{
	struct procfs_stat stat;

	return !held_process_is_alive(held) ||
	       procfs_read_stat(hierarchy->proc_fd, held->stat.pid, &stat) < 0 ||
	       (procfs_is_exiting(&stat) && stat.threads <= 1) || !held_process_is_alive(held);
}

/* The kernel takes a pid, and waits before it looks up the process: 10 ms and more.  When the process
 * exits meanwhile, its pid may be that of another process, which is moved then. */
static int settle_exited(struct slicectl_hierarchy *hierarchy, const struct place *place, pid_t pid,
			 struct stray *ret_stray, struct slicectl_error *error)
{
	struct stray stray = stray_return(hierarchy, place, pid);

	if (ret_stray)
		*ret_stray = stray;
	if (stray.stat.pid == 0)
		return error_set(error, ESRCH, "process %d exited while it was moved", (int)pid);
	return error_set(error, ESRCH, "process %d exited while it was moved; %s", (int)pid,
			 stray.sentence.message);
}

int place_held(struct slicectl_hierarchy *hierarchy, const struct place *place,
	       const struct held_process *held, struct stray *ret_stray,
	       struct slicectl_error *error)
{
	char number[32];
	int r;

	r = check_movable(held, error);
	if (r < 0)
		return r;
	(void)snprintf(number, sizeof(number), "%d", (int)held->stat.pid);
	r = interface_write(place->fd, "cgroup.procs", number);
	if (r < 0)
		return refusal_set(error, REFUSAL_MOVE, r, place->path, "cgroup.procs", number);
	r = place_contains(hierarchy, place, held, error);
	/* While it is alive, the pid has belonged to it all the time. */
	if (!held_process_is_alive(held))
		return settle_exited(hierarchy, place, held->stat.pid, ret_stray, error);
	if (r == -ESRCH || (r == 0 && has_ended(hierarchy, held)))
		return error_set(error, ESRCH, "process %s exited while it was moved", number);
	if (r == 0)
		return error_set(error, EIO,
				 "process %s was moved to %s but is not in it; another process is moving it too",
				 number, place->path);
	return r < 0 ? r : 0;
}

int slicectl_scope_move(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			pid_t pid, struct slicectl_error *error)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	_cleanup_place_ struct place place = PLACE_NULL;
	_cleanup_free_ char *scope = NULL;
	int r;

	r = claim_scope(hierarchy, owner, path, &scope, error);
	if (r < 0)
		return r;
	r = lifecycle_check_active(hierarchy, scope, error);
	if (r < 0)
		return r;
	r = held_process_open(hierarchy->proc_fd, pid, &held);
	if (r < 0)
		return error_set(error, -r, "process %d: %s", (int)pid,
				 r == -ESRCH ? "there is no such process" : strerror(-r));
	r = place_open(hierarchy, scope, &place, error);
	return r < 0 ? r : place_held(hierarchy, &place, &held, NULL, error);
}
