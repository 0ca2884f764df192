/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <slicectl/hierarchy.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/interface.h"
#include "cgroup/limit_unset.h"
#include "cgroup/limits.h"
#include "cgroup/name.h"
#include "cgroup/refusal.h"

static int read_one(int fd, const char *file, struct slicectl_limits *limits)
{
	_cleanup_free_ char *text = NULL;
	int r;

	r = interface_read(fd, file, &text);
	if (r == -ENOENT || r == -EOPNOTSUPP)
		return 0;
	if (r < 0 || text_equal(text, limit_unset_value(file)))
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
		if (limit_unset_value(entry->d_name))
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
