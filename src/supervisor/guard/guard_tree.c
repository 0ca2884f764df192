/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/guard/guard_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/limits.h"
#include "supervisor/guard/guard_verdict.h"
#include "supervisor/guard/parts.h"

/* A watched slice. */
struct guard_slice {
	sd_event_source *source;
	struct guard *guard;
	char *path;
	struct guard_slice *next;
};

void guard_tree_close(struct guard *guard)
{
	struct guard_slice *slice, *next;

	LL_FOREACH_SAFE (guard->slices, slice, next) {
		(void)sd_event_source_unref(slice->source);
		free(slice->path);
		free(slice);
	}
	guard->slices = NULL;
}

static int on_change(sd_event_source *source, const struct inotify_event *event, void *data)
{
	const struct guard_slice *slice = data;
	_cleanup_free_ char *path = NULL;
	uint64_t inode;
	uid_t uid;

	if (!(event->mask & IN_CREATE) || !(event->mask & IN_ISDIR) || event->len == 0)
		return 0;
	path = text_format("%s/%s", slice->path, event->name);
	if (path && hierarchy_read_stat(slice->guard->node->hierarchy, path, &inode, &uid) == 0)
		guard_judge_cgroup(slice->guard, path, uid, inode);
	return 0;
}

static int watch_slice(struct guard *guard, const char *path)
{
	const char *base = slicectl_hierarchy_path(guard->node->hierarchy);
	_cleanup_free_ char *absolute = text_format("%s/%s", base, path);
	struct guard_slice *slice = calloc(1, sizeof(*slice));
	int r;

	if (!slice || !absolute || !(slice->path = strdup(path))) {
		free(slice);
		return -ENOMEM;
	}
	slice->guard = guard;
	LL_PREPEND(guard->slices, slice);
	r = sd_event_add_inotify(guard->node->loop, &slice->source, absolute,
				 IN_CREATE | IN_ONLYDIR | IN_DONT_FOLLOW, on_change, slice);
	return r == -ENOENT ? 0 : r; /* slicectl init has not made the slice yet */
}

/* Beyond this many cgroups the values before the first write of each limit stay unknown: reading
 * all would hold up the loop. */
enum { CGROUPS_SEEN_MAX = 256 };

struct seeing {
	struct guard *guard;
	size_t cgroups;
};

static int see_limits(int dirfd, const char *path, void *data)
{
	struct seeing *seeing = data;
	const char *base = slicectl_hierarchy_path(seeing->guard->node->hierarchy);
	_cleanup_limits_ struct slicectl_limits *limits = NULL;

	if (++seeing->cgroups > CGROUPS_SEEN_MAX)
		return 1;
	if (limits_read(dirfd, &limits) < 0)
		return 0;
	for (size_t i = 0; i < slicectl_limits_count(limits); i++) {
		_cleanup_free_ char *file = text_format("%s/%s/%s", base, path,
							slicectl_limits_file(limits, i));

		if (file)
			guard_value_see(&seeing->guard->values, file,
					slicectl_limits_value(limits, i));
	}
	return 0;
}

/* Reads the limits of the tree as it is, so that records can have the values before a write. */
static void see_tree(struct guard *guard)
{
	const struct config *config = guard->node->config;
	struct seeing seeing = { .guard = guard };
	int r = 0;

	for (size_t i = 0; r == 0 && i < config->n_slices; i++) {
		if (!strchr(config->slices[i].path, '/'))
			r = hierarchy_walk(guard->node->hierarchy, config->slices[i].path,
					   see_limits, &seeing);
		r = r == -ENOENT ? 0 : r; /* slicectl init has not made the slice yet */
	}
	guard->knows_values = r == 0;
}

int guard_tree_open(struct guard *guard)
{
	const struct config *config = guard->node->config;
	int r = 0;

	guard_tree_close(guard);
	see_tree(guard);
	for (size_t i = 0; r >= 0 && i < config->n_slices; i++)
		r = watch_slice(guard, config->slices[i].path);
	return r < 0 ? r : 0;
}
