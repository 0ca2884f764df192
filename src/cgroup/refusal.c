/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/refusal.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

struct refusal {
	enum refusal_operation operation;
	int code;
	int answer; /* errno for the caller; 0: the same */
	const char *reason;
};

static const char *const verbs[_REFUSAL_MAX] = {
	[REFUSAL_OPEN] = "cannot open the cgroup",
	[REFUSAL_CREATE] = "cannot create the cgroup",
	[REFUSAL_REMOVE] = "cannot remove the cgroup",
	[REFUSAL_ENABLE] = "cannot enable the controller",
	[REFUSAL_LIMIT] = "cannot write",
	[REFUSAL_MOVE] = "cannot move process",
	[REFUSAL_KILL] = "cannot kill the processes",
	[REFUSAL_FREEZE] = "cannot freeze or thaw the processes",
	[REFUSAL_DELEGATE] = "cannot delegate the cgroup",
	[REFUSAL_READ] = "cannot read",
};

static const struct refusal refusals[] = {
	{ REFUSAL_OPEN, ENOENT, 0, "there is no such cgroup" },
	{ REFUSAL_OPEN, ENOTDIR, ENOENT, "there is no such cgroup" },
	{ REFUSAL_OPEN, ELOOP, ENOENT, "the path contains a symbolic link" },

	{ REFUSAL_CREATE, EEXIST, 0, "it already exists" },
	{ REFUSAL_CREATE, ENOENT, 0, "its slice does not exist; run slicectl init" },
	{ REFUSAL_CREATE, EACCES, 0,
	  "no write permission for the directory of the slice; root or delegation is needed" },
	{ REFUSAL_CREATE, EPERM, 0, "not permitted; root or delegation is needed" },
	{ REFUSAL_CREATE, EROFS, 0, "cgroupfs is mounted read-only" },
	{ REFUSAL_CREATE, EAGAIN, 0,
	  "cgroup.max.descendants or cgroup.max.depth of an ancestor is reached" },
	{ REFUSAL_CREATE, ENOSPC, 0, "the kernel has no free cgroup id or cpuset" },
	{ REFUSAL_CREATE, ENOMEM, 0, "the kernel is out of memory" },

	{ REFUSAL_REMOVE, EBUSY, 0, "processes or child cgroups are in it" },
	{ REFUSAL_REMOVE, ENOENT, 0, "there is no such cgroup" },
	{ REFUSAL_REMOVE, EACCES, 0,
	  "no write permission for the directory of the slice; root or delegation is needed" },

	{ REFUSAL_ENABLE, EBUSY, 0,
	  "processes are in this cgroup itself; only leaf cgroups may hold them" },
	{ REFUSAL_ENABLE, ENOENT, EOPNOTSUPP, "the parent does not enable it" },
	{ REFUSAL_ENABLE, EOPNOTSUPP, 0, "the cgroup is threaded, or the controller forbids it" },
	{ REFUSAL_ENABLE, EINVAL, 0,
	  "the kernel has no such controller, or real-time processes prevent it" },
	{ REFUSAL_ENABLE, EACCES, 0,
	  "no write permission for cgroup.subtree_control; root or delegation is needed" },

	{ REFUSAL_LIMIT, ENOENT, EOPNOTSUPP, "this kernel has no such interface file" },
	{ REFUSAL_LIMIT, EINVAL, 0, "the kernel rejects the value" },
	{ REFUSAL_LIMIT, ERANGE, 0, "the value is out of the kernel's range" },
	{ REFUSAL_LIMIT, ENODEV, 0, "there is no such device" },
	{ REFUSAL_LIMIT, EACCES, 0,
	  "no write permission, or a read-only file; the limits of a delegated cgroup belong to the owner of its parent" },
	{ REFUSAL_LIMIT, EPERM, 0, "not permitted" },
	{ REFUSAL_LIMIT, EBUSY, 0, "the current usage of the cgroup exceeds it" },
	{ REFUSAL_LIMIT, EOPNOTSUPP, 0, "the feature is disabled in this kernel" },

	{ REFUSAL_MOVE, ESRCH, 0, "it has exited" },
	{ REFUSAL_MOVE, EBUSY, 0,
	  "the cgroup has controllers enabled for children; only leaf cgroups may hold processes" },
	{ REFUSAL_MOVE, EOPNOTSUPP, 0, "the cgroup is threaded or in a threaded subtree" },
	{ REFUSAL_MOVE, EACCES, 0,
	  "no write permission for cgroup.procs of this cgroup or of the common ancestor" },
	{ REFUSAL_MOVE, EINVAL, 0, "it is a kernel thread that may not be moved" },
	{ REFUSAL_MOVE, ENOENT, 0,
	  "the move crosses a cgroup namespace (mount option nsdelegate), or the cgroup is gone" },
	{ REFUSAL_MOVE, EAGAIN, 0, "pids.max forbids it" },
	{ REFUSAL_MOVE, ENODEV, ENOENT, "the cgroup was removed" },

	{ REFUSAL_KILL, ENOENT, EOPNOTSUPP, "this kernel has no cgroup.kill (Linux 5.14)" },
	{ REFUSAL_KILL, EOPNOTSUPP, 0, "the cgroup is threaded; kill its domain" },
	{ REFUSAL_KILL, EACCES, 0, "no write permission for cgroup.kill" },

	{ REFUSAL_FREEZE, ENOENT, EOPNOTSUPP, "this kernel has no cgroup.freeze (Linux 5.2)" },
	{ REFUSAL_FREEZE, EACCES, 0, "no write permission for cgroup.freeze" },

	{ REFUSAL_DELEGATE, EPERM, 0, "changing owners needs CAP_CHOWN" },

	{ REFUSAL_READ, ENOENT, 0, "there is no such file" },
	{ REFUSAL_READ, EOPNOTSUPP, 0, "the cgroup is threaded, or the feature is disabled" },
};

static const struct refusal *find(enum refusal_operation operation, int code)
{
	for (size_t i = 0; i < ELEMENTS(refusals); i++) {
		if (refusals[i].operation == operation && refusals[i].code == code)
			return &refusals[i];
	}
	return NULL;
}

int refusal_set(struct slicectl_error *error, enum refusal_operation operation, int code,
		const char *path, const char *file, const char *value)
{
	const struct refusal *refusal = find(operation, -code);
	int answer = refusal && refusal->answer ? refusal->answer : -code;

	return error_set(error, answer, "%s%s%s: %s%s%s%s: %s", *path ? path : "base",
			 file ? ": " : "", file ? file : "", verbs[operation], value ? " '" : "",
			 value ? value : "", value ? "'" : "",
			 refusal ? refusal->reason : strerror(-code));
}
