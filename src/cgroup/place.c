/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/place.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/identity.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/name.h"
#include "cgroup/refusal.h"

/* Whether @shown ends with a slash and @path. */
static bool ends_at(const char *shown, const char *path)
{
	size_t length = strlen(shown), tail = strlen(path);

	return length > tail && shown[length - tail - 1] == '/' &&
	       text_equal(shown + length - tail, path);
}

/* /proc shows paths relative to the root of the cgroup namespace: base_prefix and the
 * path.  A cgroup outside of the namespace is shown with "/.."; then only the end can
 * be compared. */
static bool is_at(const struct slicectl_hierarchy *hierarchy, const char *shown, const char *path)
{
	size_t length = strlen(hierarchy->base_prefix);

	if (text_starts_with(shown, "/../"))
		return ends_at(shown, path);
	return strncmp(shown, hierarchy->base_prefix, length) == 0 && shown[length] == '/' &&
	       name_is_below(shown + length + 1, path);
}

int place_is_inside(struct slicectl_hierarchy *hierarchy, const char *path, pid_t pid)
{
	_cleanup_free_ char *shown = NULL, *survivor = NULL;
	pid_t tid;
	int r;

	r = procfs_read_cgroup(hierarchy->proc_fd, pid, &shown);
	if (r < 0 || is_at(hierarchy, shown, path))
		return r < 0 ? r : 1;
	/* A first thread that has exited stays in its cgroup when the others are moved. */
	if (procfs_find_survivor(hierarchy->proc_fd, pid, &tid) < 0 ||
	    procfs_read_cgroup(hierarchy->proc_fd, tid, &survivor) < 0)
		return 0;
	return is_at(hierarchy, survivor, path);
}

int place_open(struct slicectl_hierarchy *hierarchy, const char *path, struct place *ret_place,
	       struct slicectl_error *error)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, path);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return refusal_set(error, REFUSAL_OPEN, fd < 0 ? fd : -errno, path, NULL, NULL);
	/* st_nlink is 2 and one link for each child cgroup. */
	*ret_place = (struct place){ path, TAKE_FD(fd), status.st_ino, status.st_nlink != 2 };
	return 0;
}

void place_close(const struct place *place)
{
	cleanup_close(&place->fd);
}

int place_contains(struct slicectl_hierarchy *hierarchy, const struct place *place,
		   const struct held_process *held, struct slicectl_error *error)
{
	uint64_t id;
	int r = held_process_cgroup(held, &id);

	if (r == 0 && id == place->id)
		return 1;
	/* A first thread that has exited may be in another cgroup than the others. */
	if (r == 0 && !place->has_children && !procfs_is_exiting(&held->stat) &&
	    held_process_is_alive(held))
		return 0;
	r = place_is_inside(hierarchy, place->path, held->stat.pid);
	if (r < 0 && r != -ESRCH)
		return error_set(error, -r, "%s: cannot read the cgroup of process %d: %s",
				 place->path, (int)held->stat.pid, strerror(-r));
	return r;
}
