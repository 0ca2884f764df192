/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/procfs.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/occupant.h"

/* Kinds of units that have processes. */
static bool is_unit(const char *begin, size_t length)
{
	static const char *const kinds[] = { ".service", ".scope", ".mount", ".socket", ".swap" };

	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		size_t suffix = strlen(kinds[i]);

		if (length > suffix && memcmp(begin + length - suffix, kinds[i], suffix) == 0)
			return true;
	}
	return false;
}

void unit_done(struct unit *unit)
{
	free(unit->name);
	free(unit->path);
}

int unit_of_path(const char *path, struct unit *ret_unit)
{
	const char *end = path + strlen(path), *begin;
	struct unit unit;

	for (; end > path; end = begin > path ? begin - 1 : path) {
		for (begin = end; begin > path && begin[-1] != '/'; begin--)
			continue;
		if (!is_unit(begin, (size_t)(end - begin)))
			continue;
		unit.name = strndup(begin, (size_t)(end - begin));
		unit.path = strndup(path, (size_t)(end - path));
		if (!unit.name || !unit.path) {
			unit_done(&unit);
			return -ENOMEM;
		}
		unit.is_of_user = strstr(unit.path, "/user@") != NULL &&
				  !text_starts_with(unit.name, "user@");
		*ret_unit = unit;
		return 1;
	}
	return 0;
}

int unit_foreign(const struct slicectl_hierarchy *hierarchy, pid_t pid, struct unit *ret_unit)
{
	_cleanup_free_ char *shown = NULL;
	size_t length = strlen(hierarchy->base_prefix);
	int r;

	if (!hierarchy->is_systemd_init)
		return 0;
	r = procfs_read_cgroup(hierarchy->proc_fd, pid, &shown);
	if (r < 0)
		return r;
	if (strncmp(shown, hierarchy->base_prefix, length) == 0 && shown[length] == '/' &&
	    slicectl_hierarchy_owner(hierarchy, shown + length + 1))
		return 0; /* it is in a declared slice */
	return unit_of_path(shown, ret_unit);
}

/* The root of the hierarchy: the path of the base without its part below the mount. */
static int open_root(const struct slicectl_hierarchy *hierarchy)
{
	size_t length = strlen(hierarchy->base_path), below = strlen(hierarchy->base_prefix);
	_cleanup_free_ char *root = NULL;
	int fd;

	if (below > length ||
	    !text_equal(hierarchy->base_path + length - below, hierarchy->base_prefix))
		return -ENOENT;
	root = strndup(hierarchy->base_path, length - below);
	if (!root)
		return -ENOMEM;
	fd = open(*root ? root : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

struct search {
	const struct slicectl_hierarchy *hierarchy;
	pid_t pid;
};

/* Ends the walk at a process that lives, and is not the one. */
static int find_other(pid_t pid, void *data)
{
	const struct search *search = data;
	struct procfs_stat stat;

	return pid != search->pid && procfs_read_stat(search->hierarchy->proc_fd, pid, &stat) == 0 &&
	       !procfs_is_exiting(&stat);
}

static int find_other_in(int dirfd, const char *path, void *data)
{
	int r = occupant_each(dirfd, find_other, data);

	/* The processes of a threaded cgroup are listed in its domain. */
	return r == -ENOENT || r == -ENODEV || r == -EOPNOTSUPP ? 0 : r;
}

int unit_is_last(const struct slicectl_hierarchy *hierarchy, const struct unit *unit, pid_t pid)
{
	_cleanup_close_ int root_fd = open_root(hierarchy);
	struct search search = { hierarchy, pid };
	int r;

	if (root_fd < 0)
		return root_fd;
	r = directory_walk(root_fd, unit->path + (unit->path[0] == '/'), find_other_in, &search);
	return r < 0 ? r : r == 0;
}

bool unit_manager_is(const struct slicectl_hierarchy *hierarchy, const struct unit *unit, pid_t pid)
{
	_cleanup_free_ char *shown = NULL;
	_cleanup_unit_ struct unit manager = UNIT_NULL;
	const char *of_unit = strstr(unit->path, "/user@"), *end;

	if (!of_unit || procfs_read_cgroup(hierarchy->proc_fd, pid, &shown) < 0 ||
	    unit_of_path(shown, &manager) != 1 || !text_equal(manager.name, "init.scope"))
		return false;
	end = strchr(of_unit + 1, '/');
	return end && strncmp(shown, unit->path, (size_t)(end - unit->path) + 1) == 0;
}
