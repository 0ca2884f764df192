/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/dynmods.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/text.h"
#include "cgroup/handle.h"

#define OPTION "favordynmods"

enum { MOUNTS_MAX = 1024 * 1024 };

/* Reads the options of the super block of cgroup2 from /proc/self/mounts. */
static int read_options(char **ret_options)
{
	_cleanup_free_ char *text = NULL, *options = NULL;
	char *line, *saved = NULL;
	int r;

	r = fd_read_all(AT_FDCWD, "/proc/self/mounts", MOUNTS_MAX, &text, NULL);
	if (r < 0)
		return r;
	for (char *rest = text; (line = strtok_r(rest, "\n", &saved)); rest = NULL) {
		if (sscanf(line, "%*s %*s cgroup2 %ms", &options) != 1)
			continue;
		*ret_options = TAKE_PTR(options);
		return 0;
	}
	return -ENODEV;
}

static bool has_option(const char *options, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = strstr(options, name); at; at = strstr(at + 1, name)) {
		if ((at == options || at[-1] == ',') && (at[length] == ',' || at[length] == '\0'))
			return true;
	}
	return false;
}

int dynmods_are_favored(const struct slicectl_hierarchy *hierarchy)
{
	_cleanup_free_ char *options = NULL;
	int r = hierarchy->is_cgroup2 ? read_options(&options) : 0;

	return r < 0 || !options ? r : has_option(options, OPTION);
}

static int set_flag(int context, const char *name)
{
	return syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, name, NULL, 0) < 0 ? -errno : 0;
}

/* A reconfiguration removes the options that it does not name. */
static int reconfigure(int context, const char *options)
{
	static const char *const kept[] = {
		"nsdelegate",           "memory_localevents",
		"memory_recursiveprot", "memory_hugetlb_accounting",
		"pids_localevents",
	};
	int r = set_flag(context, OPTION);

	for (size_t i = 0; r == 0 && i < ELEMENTS(kept); i++) {
		if (has_option(options, kept[i]))
			r = set_flag(context, kept[i]);
	}
	if (r == 0 && syscall(SYS_fsconfig, context, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0) < 0)
		r = -errno;
	return r;
}

static int open_context(const struct slicectl_hierarchy *hierarchy)
{
	/* fspick(2) needs the root of the mount. */
	size_t length = strlen(hierarchy->base_path) - strlen(hierarchy->base_prefix);
	_cleanup_free_ char *mount = strndup(hierarchy->base_path, length);
	int fd;

	if (!mount)
		return -ENOMEM;
	fd = (int)syscall(SYS_fspick, AT_FDCWD, mount, FSPICK_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int dynmods_favor(struct slicectl_hierarchy *hierarchy, struct slicectl_error *error)
{
	_cleanup_free_ char *options = NULL;
	_cleanup_close_ int context = -1;
	int r;

	if (!hierarchy->is_cgroup2)
		return 0;
	r = read_options(&options);
	if (r == 0 && has_option(options, OPTION))
		return 0;
	context = r < 0 ? r : open_context(hierarchy);
	r = context < 0 ? context : reconfigure(context, options);
	if (r == 0 && dynmods_are_favored(hierarchy) != 1)
		r = -EOPNOTSUPP;
	return r == 0 ?
		       0 :
		       error_set(error, r == -EINVAL ? EOPNOTSUPP : -r,
				 "cannot remount cgroup2 with " OPTION
				 ": %s; it needs Linux 6.0, root and the initial namespaces (or set favor-dynmods = no)",
				 strerror(-r));
}
