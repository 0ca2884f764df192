/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/hold.h"

#include <errno.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/claim.h"
#include "cgroup/limits.h"

static int check_files(const struct slicectl_limits *limits, struct slicectl_error *error)
{
	for (size_t i = 0; i < slicectl_limits_count(limits); i++) {
		const char *file = slicectl_limits_file(limits, i);

		if (!nudge_may_change(file))
			return error_set(error, EINVAL,
					 "%s cannot be set for a while; cpu.weight, cpu.max, io.weight, memory.high and pids.max can",
					 TEXT_ESCAPE(file));
	}
	return 0;
}

/* The first @n are put back. */
static void undo(struct slicectl_hierarchy *hierarchy, const char *path,
		 const struct slicectl_limits *limits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *file = slicectl_limits_file(limits, i);

		if (nudge_hold(hierarchy, path, file, slicectl_limits_value(limits, i), 1, NULL) == 0)
			(void)nudge_restore(hierarchy, path, file, NULL);
	}
}

static int hold_all(struct slicectl_hierarchy *hierarchy, const char *path,
		    const struct slicectl_limits *limits, uint64_t until_usec,
		    struct slicectl_error *error)
{
	for (size_t i = 0; i < slicectl_limits_count(limits); i++) {
		int r = nudge_hold(hierarchy, path, slicectl_limits_file(limits, i),
				   slicectl_limits_value(limits, i), until_usec, error);

		if (r < 0) {
			undo(hierarchy, path, limits, i);
			return r;
		}
	}
	return 0;
}

int hold_limits(struct slicectl_hierarchy *hierarchy, const char *owner, const char *scope,
		const struct slicectl_limits *limits, uint64_t for_usec,
		struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	int r = check_files(limits, error);

	if (r == 0)
		r = claim_scope(hierarchy, owner, scope, &path, error);
	return r < 0 ? r : hold_all(hierarchy, path, limits, nudge_now_usec() + for_usec, error);
}

void hold_forget(struct slicectl_hierarchy *hierarchy, const char *scope,
		 const struct slicectl_limits *limits)
{
	_cleanup_free_ char *path = NULL;

	if (slicectl_scope_path(hierarchy, scope, &path, NULL) < 0)
		return;
	for (size_t i = 0; i < slicectl_limits_count(limits); i++) {
		if (nudge_may_change(slicectl_limits_file(limits, i)))
			(void)nudge_forget(hierarchy, path, slicectl_limits_file(limits, i));
	}
}
