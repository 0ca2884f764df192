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

static bool ends_with(const char *begin, size_t length, const char *suffix)
{
	size_t n = strlen(suffix);

	return length > n && memcmp(begin + length - n, suffix, n) == 0;
}

/* Kinds of units that have processes. */
static bool is_unit(const char *begin, size_t length)
{
	static const char *const kinds[] = { ".service", ".scope", ".mount", ".socket", ".swap" };

	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		if (ends_with(begin, length, kinds[i]))
			return true;
	}
	return false;
}

static bool is_user_manager(const char *begin, size_t length)
{
	return length > 5 && memcmp(begin, "user@", 5) == 0 && ends_with(begin, length, ".service");
}

/* The units of a service manager are in its slices only, so the first component that is not a
 * slice is the unit.  Returns its begin, or NULL when it is not a unit. */
static const char *find_unit(const char *path, size_t *ret_length)
{
	size_t length;

	for (path += strspn(path, "/"); *path; path += strspn(path, "/")) {
		length = strcspn(path, "/");
		if (!ends_with(path, length, ".slice")) {
			*ret_length = length;
			return is_unit(path, length) ? path : NULL;
		}
		path += length;
	}
	return NULL;
}

/* Whether a cgroup below the unit is named like a unit, as the service manager of a container makes
 * them. */
static bool has_unit(const char *path)
{
	for (path += strspn(path, "/"); *path; path += strspn(path, "/")) {
		size_t length = strcspn(path, "/");

		if (is_unit(path, length))
			return true;
		path += length;
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
	struct unit unit = UNIT_NULL;
	size_t length, inner_length;
	const char *begin = find_unit(path, &length), *inner;

	if (!begin)
		return 0;
	inner = is_user_manager(begin, length) ? find_unit(begin + length, &inner_length) : NULL;
	if (inner) {
		begin = inner;
		length = inner_length;
		unit.is_of_user = true;
	}
	unit.is_in_container = has_unit(begin + length);
	unit.path = strndup(path, (size_t)(begin + length - path));
	/* systemd puts "_" before a name that the kernel could take for a file of the cgroup. */
	if (*begin == '_') {
		begin++;
		length--;
	}
	unit.name = strndup(begin, length);
	if (!unit.name || !unit.path) {
		unit_done(&unit);
		return -ENOMEM;
	}
	*ret_unit = unit;
	return 1;
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
	size_t length;
	const char *of_user = unit->is_of_user ? find_unit(unit->path, &length) : NULL;

	if (!of_user || procfs_read_cgroup(hierarchy->proc_fd, pid, &shown) < 0 ||
	    unit_of_path(shown, &manager) != 1 || !text_equal(manager.name, "init.scope"))
		return false;
	/* Both are below the same user@.service. */
	return strncmp(shown, unit->path, (size_t)(of_user + length - unit->path) + 1) == 0;
}
