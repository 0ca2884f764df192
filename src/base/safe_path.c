/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/safe_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

enum { LINKS_MAX = 40 }; /* as many as the kernel follows */

/* A walk from directory to directory. */
struct walk {
	int fd;
	uid_t owner; /* of what was passed last */
	char *left;  /* what is left of the path */
	int links;
};

/* Takes the next component of what is left; NULL at the end. */
static char *next_component(struct walk *walk)
{
	char *begin = walk->left + strspn(walk->left, "/"), *component;
	size_t length = strcspn(begin, "/");

	component = length > 0 ? strndup(begin, length) : NULL;
	memmove(walk->left, begin + length, strlen(begin + length) + 1);
	return component;
}

/* Puts the target of the link in front of what is left. */
static int follow(struct walk *walk, int link_fd)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(link_fd, "", target, sizeof(target) - 1);
	char *left;

	if (n < 0)
		return -errno;
	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	target[n] = '\0';
	if (target[0] == '/') {
		int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (root < 0)
			return -errno;
		(void)close(walk->fd);
		walk->fd = root;
	}
	left = text_format("%s/%s", target, walk->left);
	if (!left)
		return -ENOMEM;
	free(walk->left);
	walk->left = left;
	return 0;
}

static int step(struct walk *walk, const char *component)
{
	_cleanup_close_ int fd = openat(walk->fd, component, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return -errno;
	if (walk->owner != 0 && walk->owner != status.st_uid)
		return -ENOLINK;
	walk->owner = status.st_uid;
	if (S_ISLNK(status.st_mode))
		return follow(walk, fd);
	if (!S_ISDIR(status.st_mode))
		return -ENOTDIR;
	(void)close(walk->fd);
	walk->fd = TAKE_FD(fd);
	return 0;
}

static int walk_to_end(struct walk *walk)
{
	char *component;
	int r = 0;

	while (r == 0 && (component = next_component(walk))) {
		r = step(walk, component);
		free(component);
	}
	return r;
}

int safe_path_open_parent(const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	struct walk walk = {
		.fd = open(*path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC),
		.left = strndup(path, (size_t)(name - path)),
	};
	int r = walk.fd < 0 ? -errno : !walk.left ? -ENOMEM : *name ? 0 : -EISDIR;

	if (r == 0)
		r = walk_to_end(&walk);
	free(walk.left);
	if (r < 0) {
		cleanup_close(&walk.fd);
		return r;
	}
	*ret_name = name;
	return walk.fd;
}
