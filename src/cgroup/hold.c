/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/hold.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/claim.h"
#include "cgroup/interface.h"
#include "cgroup/limits.h"
#include "cgroup/nudge_mark.h"

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

/* The files as they were, all of them opened before the first is changed. */
struct hold {
	struct nudged *files;
	char **marks; /* before */
	size_t n;
};

static void hold_done(struct hold *hold)
{
	for (size_t i = 0; i < hold->n; i++) {
		nudged_done(&hold->files[i]);
		free(hold->marks[i]);
	}
	free(hold->files);
	free(hold->marks);
}

#define _cleanup_hold_ _cleanup_(hold_done)

/* What someone else has written since an earlier change is the baseline of this one. */
static int open_one(struct hold *hold, struct slicectl_hierarchy *hierarchy, const char *path,
		    const char *file, struct slicectl_error *error)
{
	struct nudged *nudged = &hold->files[hold->n];
	int r = nudged_open(hierarchy, path, file, nudged);

	hold->n++;
	if (r < 0)
		return nudged_fail(nudged, r, error);
	hold->marks[hold->n - 1] = nudged->raw ? strdup(nudged->raw) : NULL;
	if (nudged->raw && !hold->marks[hold->n - 1])
		return error_set(error, ENOMEM, "out of memory");
	if (nudged->text && !nudged_is_ours(nudged)) {
		free(nudged->text);
		nudged->text = NULL;
	}
	return 0;
}

static bool make_room(struct hold *hold, size_t n)
{
	hold->files = calloc(n + 1, sizeof(*hold->files));
	hold->marks = calloc(n + 1, sizeof(*hold->marks));
	return hold->files && hold->marks;
}

static int open_all(struct hold *hold, struct slicectl_hierarchy *hierarchy, const char *path,
		    const struct slicectl_limits *limits, struct slicectl_error *error)
{
	size_t n = slicectl_limits_count(limits);
	int r = 0;

	if (!make_room(hold, n))
		return error_set(error, ENOMEM, "out of memory");
	for (size_t i = 0; r == 0 && i < n; i++)
		r = open_one(hold, hierarchy, path, slicectl_limits_file(limits, i), error);
	return r;
}

static void undo(struct hold *hold, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct nudged *nudged = &hold->files[i];

		if (nudged_is_marked(nudged) && nudged_apply(nudged, nudged->current, NULL) == 0)
			(void)nudged_put_raw(nudged, hold->marks[i]);
	}
}

static int change_all(struct hold *hold, const struct slicectl_limits *limits, uint64_t until_usec,
		      struct slicectl_error *error)
{
	for (size_t i = 0; i < hold->n; i++) {
		int r = nudged_change(&hold->files[i], slicectl_limits_value(limits, i), until_usec,
				      error);

		if (r < 0) {
			undo(hold, i);
			return r;
		}
	}
	return 0;
}

int hold_limits(struct slicectl_hierarchy *hierarchy, const char *path,
		const struct slicectl_limits *limits, uint64_t until_usec,
		struct slicectl_error *error)
{
	_cleanup_hold_ struct hold hold = { 0 };
	int r = check_files(limits, error);

	if (r == 0)
		r = open_all(&hold, hierarchy, path, limits, error);
	return r < 0 ? r : change_all(&hold, limits, until_usec, error);
}

int hold_scope_limits(struct slicectl_hierarchy *hierarchy, const char *owner, const char *scope,
		      const struct slicectl_limits *limits, uint64_t for_usec,
		      struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	int r = claim_scope(hierarchy, owner, scope, &path, error);

	return r < 0 ? r : hold_limits(hierarchy, path, limits, nudge_now_usec() + for_usec, error);
}

/* The files among @limits that have a mark now.  Without memory for them nothing ends. */
static void open_marked(struct hold *hold, struct slicectl_hierarchy *hierarchy, const char *path,
			const struct slicectl_limits *limits)
{
	size_t n = slicectl_limits_count(limits);

	if (!make_room(hold, n))
		return;
	for (size_t i = 0; i < n; i++) {
		struct nudged *nudged = &hold->files[hold->n];

		if (nudged_open(hierarchy, path, slicectl_limits_file(limits, i), nudged) == 0 &&
		    nudged->raw)
			hold->n++;
		else
			nudged_done(nudged);
	}
}

/* The value that was asked for; NULL for another file. */
static const char *wanted(const struct slicectl_limits *limits, const char *file)
{
	for (size_t i = 0; i < slicectl_limits_count(limits); i++) {
		if (text_equal(slicectl_limits_file(limits, i), file))
			return slicectl_limits_value(limits, i);
	}
	return NULL;
}

/* Whether the file was set before another one failed. */
static bool is_set(const struct nudged *nudged, const struct slicectl_limits *limits)
{
	const char *value = wanted(limits, nudged->file);
	_cleanup_free_ char *now = NULL;

	return value && interface_read(nudged->fd, nudged->file, &now) == 0 &&
	       limit_is_current(nudged->file, value, now);
}

int hold_apply_for_good(struct slicectl_hierarchy *hierarchy, int dirfd, const char *path,
			const struct slicectl_limits *limits, struct slicectl_error *error)
{
	_cleanup_hold_ struct hold hold = { 0 };
	int r;

	open_marked(&hold, hierarchy, path, limits);
	r = limits_apply(dirfd, path, limits, false, error);
	/* A mark that was set meanwhile is of a change after this one. */
	for (size_t i = 0; i < hold.n; i++) {
		if (r == 0 || is_set(&hold.files[i], limits))
			(void)nudged_put_raw(&hold.files[i], NULL);
	}
	return r;
}
