/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/stray.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/identity.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/interface.h"
#include "cgroup/place.h"

/* The process may be one of which only a thread has the id: the kernel moves it as a whole. */
static int hold_bearer(struct slicectl_hierarchy *hierarchy, pid_t id, struct held_process *ret_held)
{
	int r = held_process_open(hierarchy->proc_fd, id, ret_held);
	pid_t pid;

	if (r != -ESRCH || procfs_read_tgid(hierarchy->proc_fd, id, &pid) < 0 || pid == id)
		return r;
	return held_process_open(hierarchy->proc_fd, pid, ret_held);
}

/* Opens a cgroup by the path that /proc shows, which may be outside of the base. */
static int open_shown(const struct slicectl_hierarchy *hierarchy, const char *shown)
{
	size_t mount = strlen(hierarchy->base_path) - strlen(hierarchy->base_prefix);
	_cleanup_free_ char *root = strndup(hierarchy->base_path, mount);
	_cleanup_close_ int fd = -1;

	if (!root)
		return -ENOMEM;
	if (text_starts_with(shown, "/../")) /* outside of our cgroup namespace */
		return -EXDEV;
	fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : directory_open(fd, shown + strspn(shown, "/"));
}

static int put_back(struct slicectl_hierarchy *hierarchy, const struct held_process *held,
		    const char *home)
{
	_cleanup_close_ int fd = open_shown(hierarchy, home);
	_cleanup_free_ char *shown = NULL;
	char number[32];
	int r;

	if (fd < 0)
		return fd;
	(void)snprintf(number, sizeof(number), "%d", (int)held->stat.pid);
	r = interface_write(fd, "cgroup.procs", number);
	if (r == 0)
		r = procfs_read_cgroup(hierarchy->proc_fd, held->stat.pid, &shown);
	if (!held_process_is_alive(held))
		return -ESRCH;
	return r == 0 && !text_equal(shown, home) ? -EIO : r;
}

static void tell(struct stray *stray, const char *path, const char *home, int code)
{
	const struct procfs_stat *stat = &stray->stat;

	stray->is_left = code < 0 && code != -ESRCH;
	if (code == -ESRCH)
		(void)error_set(&stray->sentence, ESRCH,
				"process %d (%s), which got its pid, was moved to %s and has exited, too",
				(int)stat->pid, TEXT_ESCAPE(stat->comm), path);
	else if (code < 0)
		(void)error_set(&stray->sentence, -code,
				"process %d (%s), which got its pid, was moved to %s and could not be put back to %s: %s; move it there",
				(int)stat->pid, TEXT_ESCAPE(stat->comm), path, TEXT_ESCAPE(home),
				strerror(-code));
	else
		(void)error_set(&stray->sentence, ESRCH,
				"process %d (%s), which got its pid, was moved to %s and put back to %s",
				(int)stat->pid, TEXT_ESCAPE(stat->comm), path, TEXT_ESCAPE(home));
}

struct stray stray_return(struct slicectl_hierarchy *hierarchy, const struct place *place, pid_t pid)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	_cleanup_free_ char *home = NULL;
	struct stray stray = STRAY_NULL;

	if (hold_bearer(hierarchy, pid, &held) < 0 ||
	    place_is_inside(hierarchy, place->path, held.stat.pid) != 1 ||
	    place_is_inside(hierarchy, place->path, held.stat.ppid) == 1 ||
	    !held_process_is_alive(&held))
		return stray;
	stray.stat = held.stat;
	if (procfs_read_cgroup(hierarchy->proc_fd, held.stat.ppid, &home) < 0)
		tell(&stray, place->path, "the cgroup of its parent", -ENOENT);
	else
		tell(&stray, place->path, home, put_back(hierarchy, &held, home));
	return stray;
}
