/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/text.h"
#include "cgroup/libcgroup.h"

enum { MOUNTINFO_MAX = 16 * 1024 * 1024 };

/* The kernel writes blanks and backslashes in a path as a backslash and three octal digits. */
static void unescape(char *path)
{
	char *out = path;
	unsigned code;

	for (const char *in = path; *in;) {
		if (*in == '\\' && sscanf(in + 1, "%3o", &code) == 1) {
			*out++ = (char)code;
			in += 4;
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
}

/* "36 35 98:0 /root /mount/point options - type source options" */
static bool is_cgroup2(const char *line, char ret_path[4096])
{
	const char *dash = strstr(line, " - ");

	return dash && text_starts_with(dash + 3, "cgroup2 ") &&
	       sscanf(line, "%*s %*s %*s %*s %4095s", ret_path) == 1;
}

int mount_parse(const char *mountinfo, char **ret_path)
{
	_cleanup_free_ char *copy = strdup(mountinfo);
	char *line, *saved = NULL, path[4096];

	if (!copy)
		return -ENOMEM;
	for (char *rest = copy; (line = strtok_r(rest, "\n", &saved)); rest = NULL) {
		if (!is_cgroup2(line, path))
			continue;
		unescape(path);
		*ret_path = strdup(path);
		return *ret_path ? 0 : -ENOMEM;
	}
	return -ENODEV;
}

int mount_find(char **ret_path, struct slicectl_error *error)
{
	_cleanup_free_ char *mountinfo = NULL;
	int r;

	if (libcgroup_find_mount(ret_path) == 0)
		return 0;
	r = fd_read_all(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &mountinfo, NULL);
	if (r == 0)
		r = mount_parse(mountinfo, ret_path);
	if (r == -ENODEV)
		return error_set(error, EOPNOTSUPP,
				 "no cgroup2 file system is mounted; mount one with: mount -t cgroup2 cgroup2 /sys/fs/cgroup");
	if (r < 0)
		return error_set(error, -r, "cannot read /proc/self/mountinfo: %s", strerror(-r));
	return 0;
}

bool mount_is_cgroup2(int fd)
{
	struct statfs status;

	return fstatfs(fd, &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC;
}

char *mount_prefix(const char *path)
{
	_cleanup_free_ char *ancestor = strdup(path);
	struct stat status;
	size_t length;
	dev_t device;

	if (!ancestor || stat(path, &status) < 0)
		return NULL;
	device = status.st_dev;
	/* The root of the mount is the highest ancestor on the same device. */
	for (length = strlen(path);;) {
		char *slash = strrchr(ancestor, '/');

		if (!slash || slash == ancestor)
			break;
		*slash = '\0';
		if (stat(ancestor, &status) < 0 || status.st_dev != device)
			break;
		length = strlen(ancestor);
	}
	return strdup(path + length);
}
