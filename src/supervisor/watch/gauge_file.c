/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The interface file of a gauge. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/usage.h"
#include "supervisor/watch/parts.h"

void gauge_close(struct gauge *gauge)
{
	gauge->source = sd_event_source_disable_unref(gauge->source);
	if (gauge->fd >= 0) {
		(void)close(gauge->fd);
		target_uncount_fd(gauge->target);
	}
	gauge->fd = -1;
	gauge->is_waiting = false;
}

static int await(struct gauge *gauge)
{
	return sd_event_add_io(gauge->target->watches->node->loop, &gauge->source, gauge->fd,
			       EPOLLPRI, gauge->target->watches->on_told, gauge);
}

static int open_file(struct gauge *gauge, bool for_trigger)
{
	struct target *target = gauge->target;
	int r = target_count_fd(target);

	if (r < 0)
		return r;
	gauge->fd = usage_open(target->watches->node->hierarchy, target->key, gauge->resource->file,
			       for_trigger);
	if (gauge->fd >= 0)
		return 0;
	r = gauge->fd;
	gauge->fd = -1;
	target_uncount_fd(target);
	return r;
}

/* Lets the kernel watch: nothing is read until it tells. */
void gauge_await_pressure(struct gauge *gauge, uint64_t level)
{
	int r;

	gauge_close(gauge);
	r = open_file(gauge, true);
	if (r == 0)
		r = usage_set_trigger(gauge->fd, gauge->resource->key,
				      level * USAGE_TRIGGER_USEC / 10000);
	gauge->is_waiting = r == 0 && await(gauge) >= 0;
	gauge->awaited = level;
	if (gauge->is_waiting)
		due_at(gauge, UINT64_MAX);
}

static int say_missing(const struct gauge *gauge, int code, struct slicectl_error *error)
{
	const char *path = TEXT_ESCAPE(gauge->target->key), *file = gauge->resource->file;
	char controller[16];

	if (hierarchy_read_stat(gauge->target->watches->node->hierarchy, gauge->target->key,
				&(uint64_t){ 0 }, NULL) < 0)
		return error_set(error, ENOENT, "cgroup %s does not exist", path);
	if (code != -ENOENT)
		return error_set(error, -code, "%s/%s cannot be read: %s", path, file,
				 strerror(-code));
	(void)snprintf(controller, sizeof(controller), "%.*s", (int)strcspn(file, "."), file);
	if (gauge->resource->source == RESOURCE_PRESSURE)
		return error_set(error, EOPNOTSUPP,
				 "%s has no %s: pressure stall information is off (psi=1 on the kernel's command line, or cgroup.pressure)",
				 path, file);
	return error_set(error, EOPNOTSUPP,
			 "%s has no %s: the %s controller is not enabled there; slicectl probe says why",
			 path, file, controller);
}

/* A cgroup of the same name that was made later is another one. */
int gauge_check_cgroup(struct target *target)
{
	uint64_t inode = 0;
	int r = hierarchy_read_stat(target->watches->node->hierarchy, target->key, &inode, NULL);

	if (r == 0 && target->inode == 0)
		target->inode = inode;
	return r == 0 && inode != target->inode ? -ENOENT : r;
}

int gauge_open(struct gauge *gauge, struct slicectl_error *error)
{
	struct target *target = gauge->target;
	int r;

	if (target->kind != SUBJECT_CGROUP || target->watches->node->view.replay)
		return 0;
	gauge_close(gauge);
	r = gauge_check_cgroup(target);
	if (r == 0)
		r = open_file(gauge, false);
	if (r == -EMFILE)
		return error_set(error, EMFILE,
				 "slicectld has too few file descriptors to watch %s; permit it more (LimitNOFILE= of the service, ulimit -n)",
				 TEXT_ESCAPE(target->key));
	if (r < 0)
		return say_missing(gauge, r, error);
	if (gauge->resource->source != RESOURCE_AWAITED)
		return 0;
	r = await(gauge);
	return r < 0 ? error_set(error, -r, "cannot wait for %s/%s: %s", target->key,
				 gauge->resource->file, strerror(-r)) :
		       0;
}

int gauge_reopen(struct gauge *gauge, struct slicectl_error *error)
{
	return gauge->fd >= 0 ? 0 : gauge_open(gauge, error);
}
