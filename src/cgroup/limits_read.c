/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <slicectl/hierarchy.h>

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/interface.h"
#include "cgroup/limits.h"
#include "cgroup/name.h"
#include "cgroup/refusal.h"

/* The text of a file that was never written. */
static const struct {
	const char *pattern;
	const char *unset;
} defaults[] = {
	{ "memory.max", "max" }, { "memory.high", "max" },       { "memory.low", "0" },
	{ "memory.min", "0" },   { "memory.swap.max", "max" },   { "hugetlb.*.max", "max" },
	{ "cpu.weight", "100" }, { "cpu.max", "max 100000" },    { "cpuset.cpus", "" },
	{ "cpuset.mems", "" },   { "io.weight", "default 100" }, { "io.max", "" },
	{ "pids.max", "max" },   { "cgroup.max.*", "max" },
};

const char *limits_unset_value(const char *file)
{
	/* hugetlb.SIZE.rsvd.max also matches the glob, but is not supported. */
	if (strstr(file, ".rsvd."))
		return NULL;
	for (size_t i = 0; i < ELEMENTS(defaults); i++) {
		if (fnmatch(defaults[i].pattern, file, 0) == 0)
			return defaults[i].unset;
	}
	return NULL;
}

/* What such a file says otherwise, and what is not shown as a limit: of cpu.max any period. */
static const struct {
	const char *file, *value;
} nothing[] = {
	{ "cpu.max", "max*" },         { "cpu.max.burst", "0" },      { "cpu.uclamp.min", "0" },
	{ "cpu.uclamp.max", "max" },   { "cpu.idle", "0" },           { "io.weight", "100" },
	{ "memory.swap.high", "max" }, { "memory.zswap.max", "max" }, { "memory.oom.group", "0" },
};

bool limits_is_unset(const char *file, const char *value)
{
	const char *unset = limits_unset_value(file);

	for (size_t i = 0; i < ELEMENTS(nothing); i++) {
		if (text_equal(nothing[i].file, file) && fnmatch(nothing[i].value, value, 0) == 0)
			return true;
	}
	return unset && text_equal(value, unset);
}

static int read_one(int fd, const char *file, struct slicectl_limits *limits)
{
	_cleanup_free_ char *text = NULL;
	int r;

	r = interface_read(fd, file, &text);
	if (r == -ENOENT || r == -EOPNOTSUPP)
		return 0;
	if (r < 0 || text_equal(text, limits_unset_value(file)))
		return r;
	/* Only the default of io.weight is supported; the lines after it are for devices. */
	if (text_equal(file, "io.weight"))
		text[strcspn(text, "\n")] = '\0';
	r = slicectl_limits_set(limits, file, text, NULL);
	return r == -ENOMEM ? r : 0;
}

/* Lists the directory, so that every size of huge pages is found. */
static int read_files(int fd, struct slicectl_limits *limits)
{
	_cleanup_closedir_ DIR *directory = NULL;
	struct dirent *entry;
	int r = 0, copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	directory = copy < 0 ? NULL : fdopendir(copy);
	if (!directory) {
		r = -errno;
		cleanup_close(&copy);
		return r;
	}
	while (r == 0 && (entry = readdir(directory))) {
		if (limits_unset_value(entry->d_name))
			r = read_one(fd, entry->d_name, limits);
	}
	return r;
}

int limits_read(int dirfd, struct slicectl_limits **ret_limits)
{
	_cleanup_limits_ struct slicectl_limits *limits = slicectl_limits_new();
	int r;

	if (!limits)
		return -ENOMEM;
	r = read_files(dirfd, limits);
	if (r == 0)
		*ret_limits = TAKE_PTR(limits);
	return r;
}

int slicectl_hierarchy_read_limits(struct slicectl_hierarchy *hierarchy, const char *path,
				   struct slicectl_limits **ret_limits, struct slicectl_error *error)
{
	_cleanup_free_ char *relative = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	r = name_normalise(hierarchy->base_path, path, &relative, error);
	if (r < 0)
		return r;
	fd = directory_open(hierarchy->base_fd, relative);
	if (fd < 0)
		return refusal_set(error, REFUSAL_OPEN, fd, relative, NULL, NULL);
	r = limits_read(fd, ret_limits);
	return r < 0 ? refusal_set(error, REFUSAL_READ, r, relative, NULL, NULL) : 0;
}
