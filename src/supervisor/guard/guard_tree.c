/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/guard/guard_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <utlist.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
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

int guard_tree_open(struct guard *guard)
{
	const struct config *config = guard->node->config;
	int r = 0;

	guard_tree_close(guard);
	for (size_t i = 0; r >= 0 && i < config->n_slices; i++)
		r = watch_slice(guard, config->slices[i].path);
	return r < 0 ? r : 0;
}
