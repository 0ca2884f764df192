/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/interface.h"
#include "cgroup/usage.h"
#include "observe/process_use.h"
#include "supervisor/family/observed.h"
#include "supervisor/watch/parts.h"

/* io.stat has a line for each disk. */
enum { TEXT_MAX = 16 * 1024 };

/* A part of a second says little about an average. */
#define AVERAGE_MIN_NS UINT64_C(500000000)

static int parse(const struct gauge *gauge, char *text, uint64_t *ret_value)
{
	const struct resource *resource = gauge->resource;
	struct pressure_line line;
	int r;

	if (resource->source == RESOURCE_PRESSURE) {
		r = pressure_parse(text, resource->key, &line);
		if (r == 0)
			*ret_value = line.total_usec;
		return r;
	}
	if (resource->unit == RESOURCE_RATE) {
		*ret_value = usage_parse_io(text, "rbytes") + usage_parse_io(text, "wbytes");
		return 0;
	}
	if (resource->key)
		return interface_parse_key(text, resource->key, ret_value);
	text[strcspn(text, "\n")] = '\0';
	return parse_u64(text, 0, UINT64_MAX, ret_value);
}

static int read_file(const struct gauge *gauge, uint64_t *ret_value)
{
	char text[TEXT_MAX];
	ssize_t n = usage_read_text(gauge->fd, text, sizeof(text));

	return n < 0 ? (int)n : parse(gauge, text, ret_value);
}

/* What slicectld knows itself. */
static int read_family(const struct gauge *gauge, uint64_t now_ns, uint64_t *ret_value)
{
	const struct family *family = target_family(gauge->target);
	const struct activity *activity;

	if (!family)
		return -ESRCH;
	if (gauge->resource->unit == RESOURCE_COUNT) {
		*ret_value = family->members.count;
		return 0;
	}
	activity = family->observed ? &family->observed->activity : NULL;
	if (!activity || activity->state == ACTIVITY_UNKNOWN)
		return -EAGAIN;
	*ret_value = activity->state == ACTIVITY_IDLE && now_ns > activity->since_ns ?
			     (now_ns - activity->since_ns) / 1000 :
			     0;
	return 0;
}

/* Without its first thread, a process has descriptors and memory by the others only. */
static int read_by_survivor(const struct gauge *gauge, uint64_t *ret_value)
{
	const struct target *target = gauge->target;
	_cleanup_close_ int fd = -1;
	char path[32];
	pid_t tid;
	int r = procfs_find_survivor(target->watches->node->view.proc_fd, target->pid, &tid);

	if (r < 0)
		return r == -ESRCH ? -EAGAIN : r; /* a kernel thread, or it is exiting */
	(void)snprintf(path, sizeof(path), "task/%d", (int)tid);
	fd = openat(target->fd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -EAGAIN : -errno;
	return process_use_read(fd, gauge->resource, ret_value);
}

static int read_raw(struct gauge *gauge, uint64_t now_ns, uint64_t *ret_value)
{
	int r;

	if (gauge->target->kind == SUBJECT_FAMILY)
		return read_family(gauge, now_ns, ret_value);
	if (gauge->target->kind == SUBJECT_CGROUP) {
		r = gauge_reopen(gauge, NULL);
		return r < 0 ? r : read_file(gauge, ret_value);
	}
	r = target_open(gauge->target);
	if (r == 0)
		r = process_use_read(gauge->target->fd, gauge->resource, ret_value);
	if ((r == -ESRCH || r == -ENODATA) && target_lives(gauge->target))
		r = read_by_survivor(gauge, ret_value);
	return r;
}

/* From a total of microseconds to a share of the time, from one of bytes to bytes a second. */
static int average(struct gauge *gauge, uint64_t total, uint64_t now_ns, uint64_t *ret_value)
{
	uint64_t span_usec = (now_ns - gauge->total_ns) / 1000, change = total - gauge->total;
	uint64_t scale = gauge->resource->unit == RESOURCE_RATE ? 1000000 : 10000;
	bool has_value = gauge->has_total && now_ns >= gauge->total_ns + AVERAGE_MIN_NS &&
			 total >= gauge->total && change < UINT64_MAX / scale;

	if (gauge->has_total && now_ns < gauge->total_ns + AVERAGE_MIN_NS)
		return -EAGAIN;
	gauge->has_total = true;
	gauge->total = total;
	gauge->total_ns = now_ns;
	if (!has_value)
		return -EAGAIN;
	*ret_value = change * scale / span_usec;
	return 0;
}

int value_read(struct gauge *gauge, uint64_t now_ns, uint64_t *ret_value)
{
	uint64_t value = 0;
	int r = read_raw(gauge, now_ns, &value);

	gauge->target->watches->counts.reads++;
	if (r < 0)
		return r;
	if (gauge->resource->source == RESOURCE_AVERAGED)
		return average(gauge, value, now_ns, ret_value);
	if (gauge->resource->source == RESOURCE_PRESSURE)
		return pressure_window_take(&gauge->window, value, now_ns, ret_value) ? 0 : -EAGAIN;
	*ret_value = value;
	return 0;
}
