/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "base/text.h"

enum { DIRECTORY_FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW };

/* For kernels before 5.6 and for seccomp filters that deny openat2: opens one component
 * at a time and follows no links.  Names were checked, so ".." cannot occur. */
static int open_componentwise(int base_fd, const char *path)
{
	_cleanup_free_ char *copy = strdup(path);
	_cleanup_close_ int fd = -1;
	char *rest, *part, *saved = NULL;

	if (!copy)
		return -ENOMEM;
	fd = openat(base_fd, ".", DIRECTORY_FLAGS);
	for (rest = copy; fd >= 0 && (part = strtok_r(rest, "/", &saved)); rest = NULL) {
		int child = openat(fd, part, DIRECTORY_FLAGS);
		int r = -errno;

		(void)close(fd);
		fd = child;
		if (fd < 0)
			return r;
	}
	return fd < 0 ? -errno : TAKE_FD(fd);
}

int directory_open(int base_fd, const char *path)
{
	struct open_how how = {
		.flags = (unsigned)DIRECTORY_FLAGS,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV |
			   RESOLVE_NO_MAGICLINKS,
	};
	int fd;

	if (*path == '\0')
		path = ".";
	fd = (int)syscall(SYS_openat2, base_fd, path, &how, sizeof(how));
	if (fd >= 0)
		return fd;
	if (errno == ENOSYS || errno == EPERM)
		return open_componentwise(base_fd, path);
	return -errno;
}

int directory_open_parent(int base_fd, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *parent = NULL;
	int fd;

	parent = slash ? strndup(path, (size_t)(slash - path)) : strdup("");
	if (!parent)
		return -ENOMEM;
	fd = directory_open(base_fd, parent);
	if (fd >= 0)
		*ret_name = slash ? slash + 1 : path;
	return fd;
}

struct walk {
	directory_visit visit;
	void *data;
};

static int walk_directory(const struct walk *walk, int dirfd, const char *path);

static int walk_child(const struct walk *walk, int dirfd, const char *path, const char *name)
{
	_cleanup_free_ char *child_path = text_format("%s%s%s", path, *path ? "/" : "", name);
	_cleanup_close_ int child = -1;

	if (!child_path)
		return -ENOMEM;
	child = openat(dirfd, name, DIRECTORY_FLAGS);
	if (child < 0)
		return errno == ENOENT ? 0 : -errno;
	return walk_directory(walk, child, child_path);
}

static int is_child(const struct dirent *entry)
{
	return entry->d_type == DT_DIR && entry->d_name[0] != '.';
}

/* Reads all names at once, sorted: this needs one descriptor per level, and a visitor may
 * remove cgroups. */
static int walk_children(const struct walk *walk, int dirfd, const char *path)
{
	struct dirent **entries = NULL;
	int n = scandirat(dirfd, ".", &entries, is_child, alphasort), r = 0;

	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = walk_child(walk, dirfd, path, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return r;
}

static int walk_directory(const struct walk *walk, int dirfd, const char *path)
{
	int r = walk->visit(dirfd, path, walk->data);

	return r == 0 ? walk_children(walk, dirfd, path) : r;
}

int directory_walk(int base_fd, const char *path, directory_visit visit, void *data)
{
	const struct walk walk = { .visit = visit, .data = data };
	_cleanup_close_ int fd = directory_open(base_fd, path);

	return fd < 0 ? fd : walk_directory(&walk, fd, path);
}
