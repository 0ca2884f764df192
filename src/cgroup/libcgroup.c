/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/libcgroup.h"

#include <errno.h>
#include <libcgroup.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <string.h>
#include <sys/vfs.h>

#include "base/cleanup.h"

/* The default logger of libcgroup writes to standard output. */
static void drop_message(void *data, int level, const char *format, va_list arguments)
{
}

int libcgroup_find_mount(char **ret_path)
{
	struct controller_data controller;
	void *handle = NULL;
	char *found = NULL;
	int r;

	cgroup_set_logger(drop_message, CGROUP_LOG_ERROR, NULL);
	/* It returns 50001 (not mounted) for a mount without controllers. */
	if (cgroup_init() != 0)
		return -ENODEV;
	for (r = cgroup_get_all_controller_begin(&handle, &controller); r == 0 && !found;
	     r = cgroup_get_all_controller_next(&handle, &controller)) {
		char *path = NULL;
		struct statfs status;

		if (cgroup_get_subsys_mount_point(controller.name, &path) != 0)
			continue;
		if (statfs(path, &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC)
			found = path;
		else
			free(path);
	}
	(void)cgroup_get_all_controller_end(&handle);
	*ret_path = found;
	return found ? 0 : -ENODEV;
}
