/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <slicectl/scope.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"
#include "cgroup/interface.h"
#include "cgroup/limits.h"
#include "cgroup/name.h"
#include "cgroup/populated.h"
#include "cgroup/protect.h"
#include "cgroup/refusal.h"
#include "cgroup/remove.h"
#include "cgroup/survivor.h"

int slicectl_scope_path(const struct slicectl_hierarchy *hierarchy, const char *path,
			char **ret_path, struct slicectl_error *error)
{
	_cleanup_free_ char *relative = NULL;
	int r;

	r = name_normalise(hierarchy->base_path, path, &relative, error);
	return r < 0 ? r : name_scope(relative, ret_path, error);
}

/* The path in its one form, if @owner may change it. */
static int claim(const struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
		 char **ret_path, struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	int r;

	r = slicectl_scope_path(hierarchy, path, &scope, error);
	if (r < 0)
		return r;
	r = hierarchy_check_owner(hierarchy, owner, scope, error);
	if (r < 0)
		return r;
	*ret_path = TAKE_PTR(scope);
	return 0;
}

/* claim(), and a handle of the scope. */
static int claim_open(const struct slicectl_hierarchy *hierarchy, const char *owner,
		      const char *path, char **ret_path, int *ret_fd,
		      struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	int r, fd;

	r = claim(hierarchy, owner, path, &scope, error);
	if (r < 0)
		return r;
	fd = directory_open(hierarchy->base_fd, scope);
	if (fd < 0)
		return refusal_set(error, REFUSAL_OPEN, fd, scope, NULL, NULL);
	*ret_path = TAKE_PTR(scope);
	*ret_fd = fd;
	return 0;
}

static int apply_limits(int parent, const char *name, const char *path,
			const struct slicectl_limits *limits, struct slicectl_error *error)
{
	_cleanup_close_ int fd = -1;

	if (slicectl_limits_count(limits) == 0)
		return 0;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return refusal_set(error, REFUSAL_OPEN, -errno, path, NULL, NULL);
	return limits_apply(fd, path, limits, error);
}

int slicectl_scope_create(struct slicectl_hierarchy *hierarchy, const char *owner,
			  const char *path, const struct slicectl_limits *limits,
			  struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	_cleanup_close_ int parent = -1;
	const char *name;
	int r;

	r = claim(hierarchy, owner, path, &scope, error);
	if (r < 0)
		return r;
	parent = directory_open_parent(hierarchy->base_fd, scope, &name);
	if (parent < 0)
		return refusal_set(error, REFUSAL_CREATE, parent, scope, NULL, NULL);
	if (mkdirat(parent, name, 0755) < 0)
		return refusal_set(error, REFUSAL_CREATE, -errno, scope, NULL, NULL);
	r = apply_limits(parent, name, scope, limits, error);
	/* Nobody can have entered it: it had no name that anybody knew. */
	if (r < 0)
		(void)unlinkat(parent, name, AT_REMOVEDIR);
	return r;
}

/* A cgroup that was told to die is always removed, never used again: on kernels
 * 6.12 and 6.18 what is cloned into it is killed at birth. */
static int kill_and_wait(struct slicectl_hierarchy *hierarchy, int fd, const char *scope,
			 uint64_t timeout_usec, struct slicectl_error *error)
{
	uint64_t deadline = clock_now_usec() + timeout_usec;
	bool populated;
	int r;

	r = populated_read(fd, &populated);
	if (r < 0)
		return refusal_set(error, REFUSAL_READ, r, scope, "cgroup.events", NULL);
	if (!populated)
		return 0;
	r = interface_write(fd, "cgroup.kill", "1");
	if (r < 0)
		return refusal_set(error, REFUSAL_KILL, r, scope, "cgroup.kill", NULL);
	r = populated_wait_empty(fd, deadline);
	if (r == -ETIMEDOUT)
		return survivor_report(hierarchy, scope, timeout_usec, error);
	if (r < 0 && r != -ENOENT)
		return refusal_set(error, REFUSAL_READ, r, scope, "cgroup.events", NULL);
	return 0;
}

/* EBUSY for a moment: between populated 0 and the last release in the kernel. */
static int remove_until(int base_fd, const char *path, uint64_t deadline_usec)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int r;

	while ((r = remove_tree(base_fd, path)) == -EBUSY && clock_now_usec() < deadline_usec)
		(void)nanosleep(&pause, NULL);
	return r;
}

int slicectl_scope_destroy(struct slicectl_hierarchy *hierarchy, const char *owner,
			   const char *path, uint64_t timeout_usec, pid_t spare_pid,
			   struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	r = claim_open(hierarchy, owner, path, &scope, &fd, error);
	if (r < 0)
		return r;
	r = protect_check(hierarchy, scope, spare_pid, error);
	if (r < 0)
		return r;
	r = kill_and_wait(hierarchy, fd, scope, timeout_usec, error);
	if (r < 0)
		return r;
	r = remove_until(hierarchy->base_fd, scope, clock_now_usec() + CLOCK_USEC_PER_SEC);
	return r < 0 ? refusal_set(error, REFUSAL_REMOVE, r, scope, NULL, NULL) : 0;
}

int slicectl_scope_remove(struct slicectl_hierarchy *hierarchy, const char *owner,
			  const char *path, struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	_cleanup_close_ int fd = -1;
	bool populated;
	int r;

	r = claim_open(hierarchy, owner, path, &scope, &fd, error);
	if (r < 0)
		return r;
	r = populated_read(fd, &populated);
	if (r == 0)
		r = populated ? -EBUSY : remove_tree(hierarchy->base_fd, scope);
	return r < 0 ? refusal_set(error, REFUSAL_REMOVE, r, scope, NULL, NULL) : 0;
}

int slicectl_scope_is_empty(struct slicectl_hierarchy *hierarchy, const char *path,
			    bool *ret_empty, struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	_cleanup_close_ int fd = -1;
	bool populated;
	int r;

	r = slicectl_scope_path(hierarchy, path, &scope, error);
	if (r < 0)
		return r;
	fd = directory_open(hierarchy->base_fd, scope);
	if (fd < 0)
		return refusal_set(error, REFUSAL_OPEN, fd, scope, NULL, NULL);
	r = populated_read(fd, &populated);
	if (r < 0)
		return refusal_set(error, REFUSAL_READ, r, scope, "cgroup.events", NULL);
	*ret_empty = !populated;
	return 0;
}
