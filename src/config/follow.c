/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

enum { LINKS_MAX = 40 };

/* A path that is being resolved: the directory so far, and what is left of it. */
struct walk {
	int directory;
	char *rest;
	unsigned links;
};

static int refuse(struct slicectl_error *error, int code)
{
	if (code == EINVAL)
		return error_set(error, EINVAL, "not a regular file");
	return error_set(error, code, "cannot be opened: %s",
			 code == ELOOP ? "too many symbolic links" : strerror(code));
}

static int check_directory(int fd, const char *name, struct slicectl_error *error)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return refuse(error, errno);
	if ((status.st_uid == 0 || status.st_uid == geteuid()) &&
	    (!(status.st_mode & (S_IWGRP | S_IWOTH)) || (status.st_mode & S_ISVTX)))
		return 0;
	return error_set(error, EACCES,
			 "is a symbolic link, and others than root or the caller can change the directory '%s' on its way",
			 TEXT_ESCAPE(name));
}

static int set_directory(struct walk *walk, int fd)
{
	if (fd < 0)
		return -errno;
	cleanup_close(&walk->directory);
	walk->directory = fd;
	return 0;
}

/* Goes on at "/" for an absolute path. */
static int set_rest(struct walk *walk, char *rest)
{
	if (!rest)
		return -ENOMEM;
	free(walk->rest);
	walk->rest = rest;
	return *rest == '/' || walk->directory < 0 ?
		       set_directory(walk, open(*rest == '/' ? "/" : ".",
						O_PATH | O_DIRECTORY | O_CLOEXEC)) :
		       0;
}

/* Replaces the link @name by its target. */
static int take_link(struct walk *walk, int fd, const char *rest)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(fd, "", target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	target[n] = '\0';
	/* A pipe in /proc/self/fd has no path. */
	if (text_starts_with(target, "pipe:["))
		return -EINVAL;
	return set_rest(walk, text_format("%s/%s", target, rest));
}

/* Takes the next component.  1 when it was the last, which *@ret_fd then is. */
static int step(struct walk *walk, int *ret_fd, struct slicectl_error *error)
{
	char *name = walk->rest + strspn(walk->rest, "/"), *slash = strchrnul(name, '/');
	_cleanup_free_ char *rest = strdup(slash + strspn(slash, "/")),
			    *own = strndup(name, (size_t)(slash - name));
	_cleanup_close_ int fd = -1;
	struct stat status;
	int r;

	if (!rest || !own)
		return refuse(error, ENOMEM);
	fd = openat(walk->directory, *own ? own : ".", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) < 0)
		return refuse(error, errno);
	if (S_ISLNK(status.st_mode)) {
		r = take_link(walk, fd, rest);
		return r < 0 ? refuse(error, -r) : 0;
	}
	if (S_ISDIR(status.st_mode) && rest[strspn(rest, "/")]) {
		r = check_directory(fd, own, error);
		if (r < 0)
			return r;
		(void)set_directory(walk, TAKE_FD(fd));
		return set_rest(walk, TAKE_PTR(rest)) < 0 ? refuse(error, ENOMEM) : 0;
	}
	*ret_fd = openat(walk->directory, *own ? own : ".",
			 O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	return *ret_fd < 0 ? refuse(error, errno) : 1;
}

int follow_open(const char *path, int *ret_fd, struct slicectl_error *error)
{
	struct walk walk = { .directory = -1 };
	int fd = -1, r = set_rest(&walk, strdup(path));

	if (r < 0)
		(void)refuse(error, -r);
	while (r == 0)
		r = step(&walk, &fd, error);
	free(walk.rest);
	cleanup_close(&walk.directory);
	/* Without the file its settings would be lost silently. */
	if (r == -ENOENT)
		return error_set(error, EBADF, "is a symbolic link whose target does not exist");
	if (r < 0)
		return r;
	*ret_fd = fd;
	return 0;
}
