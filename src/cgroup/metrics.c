/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <slicectl/metrics.h>

#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/interface.h"
#include "cgroup/metrics.h"
#include "cgroup/name.h"
#include "cgroup/occupant.h"
#include "cgroup/refusal.h"

/* @shortage becomes the error when memory or descriptors are short; any other leaves the value
 * unknown, because the file belongs to a controller that is not enabled. */
static uint64_t or_unknown(int code, uint64_t value, int *shortage)
{
	if (error_is_shortage(code))
		*shortage = code;
	return code < 0 ? SLICECTL_UNKNOWN : value;
}

static uint64_t number(int fd, const char *file, int *shortage)
{
	uint64_t value = SLICECTL_UNKNOWN;
	int r = interface_read_u64(fd, file, SLICECTL_UNLIMITED, &value);

	return or_unknown(r, value, shortage);
}

static uint64_t keyed(int fd, const char *file, const char *key, int *shortage)
{
	uint64_t value = SLICECTL_UNKNOWN;
	int r = interface_read_key(fd, file, key, &value);

	return or_unknown(r, value, shortage);
}

static int read_files(int fd, struct slicectl_metrics *metrics)
{
	int shortage = 0;

	*metrics = (struct slicectl_metrics){
		.memory_current = number(fd, "memory.current", &shortage),
		.memory_max = number(fd, "memory.max", &shortage),
		.cpu_usage_usec = keyed(fd, "cpu.stat", "usage_usec", &shortage),
		.pids_max = number(fd, "pids.max", &shortage),
		.cpu_weight = number(fd, "cpu.weight", &shortage),
		.populated = keyed(fd, "cgroup.events", "populated", &shortage) == 1,
		.frozen = keyed(fd, "cgroup.events", "frozen", &shortage) == 1,
	};
	return shortage;
}

int metrics_read_path(struct slicectl_hierarchy *hierarchy, const char *path,
		      struct slicectl_metrics *ret_metrics)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, path);
	struct slicectl_metrics metrics;
	size_t count;
	int r;

	if (fd < 0)
		return fd;
	r = read_files(fd, &metrics);
	if (r == 0)
		r = occupant_count(hierarchy->base_fd, path, &count);
	if (r < 0)
		return r;
	metrics.nr_processes = count;
	*ret_metrics = metrics;
	return 0;
}

int slicectl_metrics_read(struct slicectl_hierarchy *hierarchy, const char *path,
			  struct slicectl_metrics *ret_metrics, struct slicectl_error *error)
{
	_cleanup_free_ char *relative = NULL, *scope = NULL;
	int r;

	r = name_normalise(hierarchy->base_path, path, &relative, error);
	if (r < 0)
		return r;
	r = metrics_read_path(hierarchy, relative, ret_metrics);
	/* The suffix of a scope may be left out. */
	if (r == -ENOENT && name_scope(relative, &scope, NULL) == 0)
		r = metrics_read_path(hierarchy, scope, ret_metrics);
	return r < 0 ? refusal_set(error, REFUSAL_OPEN, r, relative, NULL, NULL) : 0;
}
