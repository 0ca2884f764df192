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
	int answer; /* errno for our caller; 0: the same */
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
	[REFUSAL_DELEGATE] = "cannot hand it over",
	[REFUSAL_READ] = "cannot read",
};

static const struct refusal refusals[] = {
	{ REFUSAL_OPEN, ENOENT, 0, "there is no such cgroup" },
	{ REFUSAL_OPEN, ENOTDIR, ENOENT, "there is no such cgroup" },
	{ REFUSAL_OPEN, ELOOP, ENOENT, "a symbolic link stands in the path" },

	{ REFUSAL_CREATE, EEXIST, 0, "it exists already" },
	{ REFUSAL_CREATE, ENOENT, 0, "its slice is not there; run slicectl init" },
	{ REFUSAL_CREATE, EACCES, 0,
	  "the slice's directory is not yours to write; needs root or delegation" },
	{ REFUSAL_CREATE, EPERM, 0, "not permitted; needs root or delegation" },
	{ REFUSAL_CREATE, EROFS, 0, "cgroupfs is mounted read-only" },
	{ REFUSAL_CREATE, EAGAIN, 0,
	  "cgroup.max.descendants or cgroup.max.depth of an ancestor is reached" },
	{ REFUSAL_CREATE, ENOSPC, 0, "the kernel has no cgroup id or cpuset left" },
	{ REFUSAL_CREATE, ENOMEM, 0, "the kernel is out of memory" },

	{ REFUSAL_REMOVE, EBUSY, 0, "processes or child cgroups are in it" },
	{ REFUSAL_REMOVE, ENOENT, 0, "there is no such cgroup" },
	{ REFUSAL_REMOVE, EACCES, 0,
	  "the slice's directory is not yours to write; needs root or delegation" },

	{ REFUSAL_ENABLE, EBUSY, 0,
	  "processes stand in this cgroup itself; only leaves may hold them" },
	{ REFUSAL_ENABLE, ENOENT, EOPNOTSUPP, "the parent does not offer it" },
	{ REFUSAL_ENABLE, EOPNOTSUPP, 0, "the cgroup is threaded, or the controller forbids it" },
	{ REFUSAL_ENABLE, EINVAL, 0,
	  "the kernel has no such controller, or real-time processes stand in the way" },
	{ REFUSAL_ENABLE, EACCES, 0,
	  "cgroup.subtree_control is not yours to write; needs root or delegation" },

	{ REFUSAL_LIMIT, ENOENT, EOPNOTSUPP, "this kernel has no such interface file" },
	{ REFUSAL_LIMIT, EINVAL, 0, "the kernel refuses the value" },
	{ REFUSAL_LIMIT, ERANGE, 0, "the value is out of the kernel's range" },
	{ REFUSAL_LIMIT, ENODEV, 0, "there is no such device" },
	{ REFUSAL_LIMIT, EACCES, 0,
	  "the file is not yours to write, or read-only; limits of a delegated cgroup belong to its parent's owner" },
	{ REFUSAL_LIMIT, EPERM, 0, "not permitted" },
	{ REFUSAL_LIMIT, EBUSY, 0, "what the cgroup uses now does not fit below it" },
	{ REFUSAL_LIMIT, EOPNOTSUPP, 0, "the feature is switched off in this kernel" },

	{ REFUSAL_MOVE, ESRCH, 0, "it has ended" },
	{ REFUSAL_MOVE, EBUSY, 0,
	  "the cgroup has controllers enabled for children; only leaves may hold processes" },
	{ REFUSAL_MOVE, EOPNOTSUPP, 0, "the cgroup is threaded or lies in a threaded subtree" },
	{ REFUSAL_MOVE, EACCES, 0,
	  "cgroup.procs here or of the common ancestor is not yours to write" },
	{ REFUSAL_MOVE, EINVAL, 0, "it is a kernel thread that may not be moved" },
	{ REFUSAL_MOVE, ENOENT, 0,
	  "the move crosses a cgroup namespace (mount option nsdelegate), or the cgroup is gone" },
	{ REFUSAL_MOVE, EAGAIN, 0, "pids.max forbids it" },
	{ REFUSAL_MOVE, ENODEV, ENOENT, "the cgroup was removed" },

	{ REFUSAL_KILL, ENOENT, EOPNOTSUPP, "this kernel has no cgroup.kill (Linux 5.14)" },
	{ REFUSAL_KILL, EOPNOTSUPP, 0, "the cgroup is threaded; kill its domain" },
	{ REFUSAL_KILL, EACCES, 0, "cgroup.kill is not yours to write" },

	{ REFUSAL_FREEZE, ENOENT, EOPNOTSUPP, "this kernel has no cgroup.freeze (Linux 5.2)" },
	{ REFUSAL_FREEZE, EACCES, 0, "cgroup.freeze is not yours to write" },

	{ REFUSAL_DELEGATE, EPERM, 0, "changing owners needs CAP_CHOWN" },

	{ REFUSAL_READ, ENOENT, 0, "there is no such file" },
	{ REFUSAL_READ, EOPNOTSUPP, 0, "the cgroup is threaded, or the feature is switched off" },
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
