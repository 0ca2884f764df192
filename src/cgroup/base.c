/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/interface.h"
#include "cgroup/mount.h"

int base_choose(const struct base_facts *facts, const char **ret_base, const char **ret_reason,
		struct slicectl_error *error)
{
	if (facts->has_type) {
		*ret_base = facts->mount;
		*ret_reason = "the delegated cgroup at the root of this cgroup namespace";
		return 0;
	}
	if (!facts->systemd) {
		*ret_base = facts->mount;
		*ret_reason = "the root of the cgroup2 mount: systemd is not PID 1";
		return 0;
	}
	if (!facts->holder)
		return error_set(error, EOPNOTSUPP,
				 "systemd is PID 1 and resets cgroups that are not part of a unit; start " BASE_HOLDER_UNIT
				 " (Delegate=yes), or set base= or --cgroup-root to a delegated cgroup");
	*ret_base = facts->holder;
	*ret_reason = "the delegated cgroup of " BASE_HOLDER_UNIT ": systemd is PID 1";
	return 0;
}

/* systemd marks the cgroups that it delegates: with trusted.delegate, which only root
 * can read, and since version 252 with user.delegate. */
static bool is_delegated(const char *path)
{
	char value[8];

	return getxattr(path, "user.delegate", value, sizeof(value)) == 1 ||
	       getxattr(path, "trusted.delegate", value, sizeof(value)) == 1;
}

/* Path of the holder unit, which is in system.slice; NULL when it is not delegated. */
static char *find_holder(const char *mount)
{
	char *path = text_format("%s/system.slice/" BASE_HOLDER_UNIT, mount);

	if (path && !is_delegated(path)) {
		free(path);
		return NULL;
	}
	return path;
}

bool base_is_systemd_init(void)
{
	return access("/run/systemd/system", F_OK) == 0;
}

int base_find(char **ret_base, const char **ret_reason, struct slicectl_error *error)
{
	_cleanup_free_ char *mount = NULL, *holder = NULL;
	_cleanup_close_ int fd = -1;
	const char *base = NULL;
	int r;

	r = mount_find(&mount, error);
	if (r < 0)
		return r;
	fd = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_set(error, errno, "cannot open %s: %s", mount, strerror(errno));
	holder = find_holder(mount);
	r = base_choose(&(struct base_facts){ .mount = mount,
					      .has_type = interface_exists(fd, "cgroup.type"),
					      .systemd = base_is_systemd_init(),
					      .holder = holder },
			&base, ret_reason, error);
	if (r < 0)
		return r;
	*ret_base = base ? strdup(base) : NULL;
	return *ret_base ? 0 : error_set(error, ENOMEM, "out of memory");
}
