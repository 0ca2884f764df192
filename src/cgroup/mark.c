/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/mark.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"

enum { MARK_SIZE = 4096, LIST_MAX = 64 * 1024 };

/* @fd: of the directory, or -errno. */
static int set_open(int fd, const char *mark, const char *value)
{
	if (fd < 0)
		return fd;
	return fsetxattr(fd, mark, value, strlen(value), 0) < 0 ? -errno : 0;
}

static int clear_open(int fd, const char *mark)
{
	if (fd < 0)
		return fd;
	return fremovexattr(fd, mark) < 0 && errno != ENODATA ? -errno : 0;
}

int mark_set(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
	     const char *value)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, path);

	return set_open(fd, mark, value);
}

int mark_set_on_parent(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
		       const char *value)
{
	const char *name;
	_cleanup_close_ int fd = directory_open_parent(hierarchy->base_fd, path, &name);

	return set_open(fd, mark, value);
}

int mark_set_root(struct slicectl_hierarchy *hierarchy, const char *path, pid_t pid,
		  uint64_t start_ticks)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%d %llu", (int)pid, (unsigned long long)start_ticks);
	return mark_set(hierarchy, path, MARK_ROOT, text);
}

int mark_parse_root(const char *text, pid_t *ret_pid, uint64_t *ret_start_ticks)
{
	char pid[16], start[24];
	uint64_t ticks;
	pid_t number;

	if (sscanf(text, "%15s %23s", pid, start) != 2 || parse_pid(pid, &number) < 0 ||
	    parse_u64(start, 0, UINT64_MAX, &ticks) < 0)
		return -EINVAL;
	*ret_pid = number;
	*ret_start_ticks = ticks;
	return 0;
}

int mark_clear(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, path);

	return clear_open(fd, mark);
}

int mark_read(int fd, const char *mark, char **ret_value)
{
	char value[MARK_SIZE];
	ssize_t n = fgetxattr(fd, mark, value, sizeof(value));

	if (n < 0)
		return -errno;
	*ret_value = strndup(value, (size_t)n);
	return *ret_value ? 0 : -ENOMEM;
}

static int add_name(char ***names, size_t *n, const char *name)
{
	char **grown = reallocarray(*names, *n + 2, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	*names = grown;
	grown[*n] = strdup(name);
	if (!grown[*n])
		return -ENOMEM;
	grown[++*n] = NULL;
	return 0;
}

int mark_list(int fd, const char *prefix, char ***ret_names)
{
	_cleanup_free_ char *marks = malloc(LIST_MAX);
	char **names = calloc(1, sizeof(*names));
	size_t n = 0;
	ssize_t size;
	int r = !marks || !names ? -ENOMEM : 0;

	size = r == 0 ? flistxattr(fd, marks, LIST_MAX) : 0;
	for (const char *mark = marks; r == 0 && size > 0 && mark < marks + size;
	     mark += strlen(mark) + 1) {
		if (text_starts_with(mark, prefix))
			r = add_name(&names, &n, mark + strlen(prefix));
	}
	if (r < 0) {
		slicectl_scope_list_free(names);
		return r;
	}
	*ret_names = names;
	return 0;
}

int mark_get(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
	     char **ret_value)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, path);

	return fd < 0 ? fd : mark_read(fd, mark, ret_value);
}

int mark_get_on_parent(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
		       char **ret_value)
{
	const char *name;
	_cleanup_close_ int fd = directory_open_parent(hierarchy->base_fd, path, &name);

	return fd < 0 ? fd : mark_read(fd, mark, ret_value);
}

static int open_of_root(struct slicectl_hierarchy *hierarchy, const char *path)
{
	_cleanup_free_ char *above = strdup(path);
	char *slash;

	if (!above)
		return -ENOMEM;
	while ((slash = strrchr(above, '/'))) {
		_cleanup_close_ int fd = -1;
		struct stat status;

		*slash = '\0';
		fd = directory_open(hierarchy->base_fd, above);
		if (fd < 0)
			return fd;
		if (fstat(fd, &status) == 0 && status.st_uid == 0)
			return TAKE_FD(fd);
	}
	return directory_open(hierarchy->base_fd, "");
}

int mark_set_of_root(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
		     const char *value)
{
	_cleanup_close_ int fd = open_of_root(hierarchy, path);

	return set_open(fd, mark, value);
}

int mark_get_of_root(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
		     char **ret_value)
{
	_cleanup_close_ int fd = open_of_root(hierarchy, path);

	return fd < 0 ? fd : mark_read(fd, mark, ret_value);
}

int mark_clear_of_root(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark)
{
	_cleanup_close_ int fd = open_of_root(hierarchy, path);

	return clear_open(fd, mark);
}
