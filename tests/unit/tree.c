/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

struct tree tree_new(void)
{
	struct tree tree = { .path = "/tmp/slicectl-test-XXXXXX" };

	if (!mkdtemp(tree.path))
		abort();
	tree.fd = open(tree.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return tree;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	return remove(path);
}

void tree_done(struct tree *tree)
{
	(void)close(tree->fd);
	(void)nftw(tree->path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

void tree_mkdir(const struct tree *tree, const char *path)
{
	char part[256];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		(void)snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		(void)mkdirat(tree->fd, part, 0755);
	}
	(void)mkdirat(tree->fd, path, 0755);
}

void tree_write(const struct tree *tree, const char *path, const char *text)
{
	const char *slash = strrchr(path, '/');
	_cleanup_close_ int fd = -1;
	char parent[256];

	if (slash) {
		(void)snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
		tree_mkdir(tree, parent);
	}
	fd = openat(tree->fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
}

const char *tree_read(const struct tree *tree, const char *path)
{
	static char text[4096];
	_cleanup_close_ int fd = openat(tree->fd, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	text[n < 0 ? 0 : n] = '\0';
	return text;
}
