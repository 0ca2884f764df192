/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/kill.h"

#include <errno.h>
#include <signal.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/identity.h"
#include "cgroup/claim.h"
#include "cgroup/directory.h"
#include "cgroup/freeze.h"
#include "cgroup/handle.h"
#include "cgroup/interface.h"
#include "cgroup/lifecycle.h"
#include "cgroup/mark.h"
#include "cgroup/occupant.h"
#include "cgroup/populated.h"
#include "cgroup/protect.h"
#include "cgroup/refusal.h"
#include "cgroup/remove.h"
#include "cgroup/survivor.h"

#define FREEZE_WAIT_USEC (100 * CLOCK_USEC_PER_MSEC)
#define EMPTY_WAIT_USEC (50 * CLOCK_USEC_PER_MSEC)

static int signal_one(pid_t pid, void *data)
{
	const struct slicectl_hierarchy *hierarchy = data;
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;

	/* The pid comes from a frozen cgroup, which no process leaves, and the signal goes
	 * through a pidfd, so that a process that reuses the pid is not signalled. */
	if (held_process_open(hierarchy->proc_fd, pid, &held) == 0)
		(void)held_process_signal(&held, SIGKILL);
	return 0;
}

static int signal_cgroup(int dirfd, const char *path, void *data)
{
	const struct slicectl_hierarchy *hierarchy = data;
	int r = occupant_each_process(hierarchy->proc_fd, dirfd, signal_one, data);

	return r == -ENOENT ? 0 : r;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

int kill_all_frozen(struct slicectl_hierarchy *hierarchy, int fd, const char *path,
		    uint64_t deadline_usec)
{
	for (;;) {
		uint64_t now = clock_now_usec();
		int r;

		(void)freeze_cgroup(fd, true, earlier(now + FREEZE_WAIT_USEC, deadline_usec));
		r = directory_walk(hierarchy->base_fd, path, signal_cgroup, hierarchy);
		(void)interface_write(fd, "cgroup.freeze", "0");
		if (r < 0)
			return r;
		now = clock_now_usec();
		r = populated_wait_empty(fd, earlier(now + EMPTY_WAIT_USEC, deadline_usec));
		if (r != -ETIMEDOUT || now >= deadline_usec)
			return r;
	}
}

/* A threaded cgroup supports neither cgroup.kill nor cgroup.procs.  Every process with a
 * thread in it is killed with all its threads. */
static int kill_all_threaded(struct slicectl_hierarchy *hierarchy, int fd, const char *path,
			     uint64_t deadline_usec)
{
	int r;

	do {
		(void)directory_walk(hierarchy->base_fd, path, signal_cgroup, hierarchy);
		r = populated_wait_empty(fd, earlier(clock_deadline_usec(EMPTY_WAIT_USEC),
						     deadline_usec));
	} while (r == -ETIMEDOUT && clock_now_usec() < deadline_usec);
	return r;
}

int kill_all(struct slicectl_hierarchy *hierarchy, int fd, const char *path, uint64_t deadline_usec)
{
	int r = interface_write(fd, "cgroup.kill", "1");

	if (r == -ENOENT)
		return kill_all_frozen(hierarchy, fd, path, deadline_usec);
	if (r == -EOPNOTSUPP)
		return kill_all_threaded(hierarchy, fd, path, deadline_usec);
	return r < 0 ? r : populated_wait_empty(fd, deadline_usec);
}

int kill_order(struct slicectl_hierarchy *hierarchy, const char *path, struct slicectl_error *error)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, path);
	int r;

	if (fd < 0)
		return refusal_set(error, REFUSAL_OPEN, fd, path, NULL, NULL);
	r = interface_write(fd, "cgroup.kill", "1");
	return r < 0 ? refusal_set(error, REFUSAL_KILL, r, path, "cgroup.kill", NULL) : 0;
}

/* Kills the processes in an open scope, which accepts no new ones from then on. */
static int end_processes(struct slicectl_hierarchy *hierarchy, int fd, const char *scope,
			 uint64_t timeout_usec, struct slicectl_error *error)
{
	bool populated;
	int r;

	/* Stored before the kill, so that after a crash the scope is not used again. */
	r = lifecycle_advance(hierarchy, scope, LIFECYCLE_KILL, error);
	if (r < 0)
		return r;
	r = populated_read(fd, &populated);
	if (r < 0)
		return refusal_set(error, REFUSAL_READ, r, scope, "cgroup.events", NULL);
	if (!populated)
		return 0;
	r = kill_all(hierarchy, fd, scope, clock_deadline_usec(timeout_usec));
	if (r == -ETIMEDOUT) {
		(void)lifecycle_advance(hierarchy, scope, LIFECYCLE_SURVIVED, NULL);
		return survivor_report(hierarchy, scope, timeout_usec, error);
	}
	if (r < 0 && r != -ENOENT)
		return refusal_set(error, REFUSAL_KILL, r, scope, "cgroup.kill", NULL);
	return 0;
}

/* Same, for the checked path of a scope. */
static int kill_claimed(struct slicectl_hierarchy *hierarchy, const char *scope,
			uint64_t timeout_usec, pid_t spare_pid, struct slicectl_error *error)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, scope);
	int r;

	if (fd < 0)
		return refusal_set(error, REFUSAL_OPEN, fd, scope, NULL, NULL);
	r = protect_check(hierarchy, scope, spare_pid, error);
	return r < 0 ? r : end_processes(hierarchy, fd, scope, timeout_usec, error);
}

int slicectl_scope_kill(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			uint64_t timeout_usec, pid_t spare_pid, struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	int r;

	r = claim_scope(hierarchy, owner, path, &scope, error);
	return r < 0 ? r : kill_claimed(hierarchy, scope, timeout_usec, spare_pid, error);
}

/* The kernel may return EBUSY for a moment after "populated" has become 0, until it has
 * released the last process. */
static int remove_until(int base_fd, const char *path, uint64_t deadline_usec)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int r;

	while ((r = remove_tree(base_fd, path)) == -EBUSY && clock_now_usec() < deadline_usec)
		(void)nanosleep(&pause, NULL);
	return r;
}

int slicectl_scope_destroy(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			   uint64_t timeout_usec, pid_t spare_pid, struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	int r;

	r = claim_scope(hierarchy, owner, path, &scope, error);
	if (r < 0)
		return r;
	/* Most scopes are empty by now, and the kernel removes only empty ones. */
	r = remove_empty(hierarchy->base_fd, scope);
	if (r != -EBUSY)
		return r < 0 ? refusal_set(error, REFUSAL_REMOVE, r, scope, NULL, NULL) : 0;
	/* After a crash the next supervisor removes the scope when it is empty. */
	(void)mark_set(hierarchy, scope, MARK_DESTROY, "");
	r = kill_claimed(hierarchy, scope, timeout_usec, spare_pid, error);
	if (r < 0 && r != -ETIMEDOUT) /* it must not, or cannot, be killed */
		(void)mark_clear(hierarchy, scope, MARK_DESTROY);
	if (r < 0)
		return r;
	r = remove_until(hierarchy->base_fd, scope, clock_deadline_usec(CLOCK_USEC_PER_SEC));
	return r < 0 ? refusal_set(error, REFUSAL_REMOVE, r, scope, NULL, NULL) : 0;
}
