/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/making.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/mark.h"

/* A name has at most 200 bytes and its suffix; the name of an attribute may have 255. */
static void name_mark(const char *name, char out[XATTR_NAME_MAX + 1])
{
	(void)snprintf(out, XATTR_NAME_MAX + 1, "%s%s", MARK_MAKING, name);
}

void making_begin(int slice_fd, const char *name)
{
	char mark[XATTR_NAME_MAX + 1], maker[16];

	name_mark(name, mark);
	(void)snprintf(maker, sizeof(maker), "%d", (int)getpid());
	(void)fsetxattr(slice_fd, mark, maker, strlen(maker), 0);
}

void making_end(int slice_fd, const char *name)
{
	char mark[XATTR_NAME_MAX + 1];

	name_mark(name, mark);
	(void)fremovexattr(slice_fd, mark);
}

int making_list(struct slicectl_hierarchy *hierarchy, const char *slice, char ***ret_names)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, slice);

	return fd < 0 ? fd : mark_list(fd, MARK_MAKING, ret_names);
}

bool making_goes_on(struct slicectl_hierarchy *hierarchy, const char *slice, const char *name)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, slice);
	_cleanup_free_ char *maker = NULL;
	char mark[XATTR_NAME_MAX + 1];
	pid_t pid;

	name_mark(name, mark);
	return fd >= 0 && mark_read(fd, mark, &maker) == 0 && parse_pid(maker, &pid) == 0 &&
	       pid != getpid() && (kill(pid, 0) == 0 || errno == EPERM);
}

void making_forget(struct slicectl_hierarchy *hierarchy, const char *slice, const char *name)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, slice);

	if (fd >= 0)
		making_end(fd, name);
}
