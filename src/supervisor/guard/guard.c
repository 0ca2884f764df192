/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/guard/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "supervisor/guard/guard_tree.h"
#include "supervisor/guard/guard_verdict.h"
#include "supervisor/guard/parts.h"

enum { BUFFER_SIZE = 16 * 1024, READS_AT_ONCE = 16 };

#ifndef FAN_REPORT_PIDFD
#define FAN_REPORT_PIDFD 0x00000080
#define FAN_EVENT_INFO_TYPE_PIDFD 4
#endif

/* The same as struct fanotify_event_info_pidfd (Linux 5.15). */
struct info_pidfd {
	uint8_t info_type, pad;
	uint16_t len;
	int32_t pidfd;
};

/* The pidfd of the writer, or -1 when the kernel gave none. */
static int event_pidfd(const struct fanotify_event_metadata *event)
{
	struct info_pidfd info;

	if (event->event_len < event->metadata_len + sizeof(info))
		return -1;
	memcpy(&info, (const char *)event + event->metadata_len, sizeof(info));
	return info.info_type == FAN_EVENT_INFO_TYPE_PIDFD ? info.pidfd : -1;
}

/* Reads a path like "/sys/fs/cgroup/workload.slice/x.scope/memory.max".  The kernel appends
 * " (deleted)" to the path of a removed file, which is then rejected. */
static bool read_path(int fd, char *out, size_t size)
{
	char link[64];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, out, size - 1);
	if (n < 0)
		return false;
	out[n] = '\0';
	return !text_ends_with(out, " (deleted)");
}

static void handle_event(struct guard *guard, const struct fanotify_event_metadata *event)
{
	_cleanup_close_ int fd = event->fd, pidfd = event_pidfd(event);
	char path[PATH_MAX];

	if (event->mask & FAN_Q_OVERFLOW) {
		log_warning("the guard missed writes because the kernel's queue was full");
		return;
	}
	if (fd < 0 || !read_path(fd, path, sizeof(path)))
		return;
	if (event->pid == getpid())
		guard_see(guard, path);
	else
		guard_judge(guard, path, fd, event->pid, pidfd);
}

static int on_writes(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	char buffer[BUFFER_SIZE]
		__attribute__((aligned(__alignof__(struct fanotify_event_metadata))));
	struct guard *guard = data;

	for (int i = 0; i < READS_AT_ONCE; i++) {
		ssize_t n = read(fd, buffer, sizeof(buffer));
		const struct fanotify_event_metadata *event = (const void *)buffer;

		/* The file of the first event is gone, so the write has no effect any more. */
		if (n < 0 && (errno == ENODEV || errno == ENOENT || errno == EINTR))
			continue;
		if (n <= 0)
			break;
		while (FAN_EVENT_OK(event, n)) {
			handle_event(guard, event);
			n -= event->event_len;
			event = (const void *)((const char *)event + event->event_len);
		}
	}
	return 0;
}

static int open_fanotify(const char *base)
{
	_cleanup_close_ int fd = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK |
						       FAN_REPORT_PIDFD,
					       O_RDONLY | O_CLOEXEC | O_LARGEFILE);

	if (fd < 0 && errno == EINVAL)
		fd = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK,
				   O_RDONLY | O_CLOEXEC | O_LARGEFILE);
	if (fd < 0)
		return -errno;
	/* A mark on the file system also covers writes through its other mounts. */
	if (fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_MODIFY, AT_FDCWD, base) < 0)
		return -errno;
	return TAKE_FD(fd);
}

static void close_guard(struct guard *guard)
{
	guard_tree_close(guard);
	guard->counts = guard_count_free(guard->counts);
	guard->values = guard_value_free(guard->values);
	if (!guard->source)
		return;
	guard->source = sd_event_source_unref(guard->source);
	cleanup_close(&guard->fd);
	guard->fd = -1;
}

static int open_guard(struct guard *guard, struct slicectl_error *error)
{
	const char *base = slicectl_hierarchy_path(guard->node->hierarchy);
	int fd = open_fanotify(base), r;

	if (fd < 0)
		return error_set(error, -fd, "the guard cannot watch %s: %s%s", base, strerror(-fd),
				 fd == -EPERM ? "; it needs CAP_SYS_ADMIN" : "");
	guard->fd = fd;
	r = sd_event_add_io(guard->node->loop, &guard->source, fd, EPOLLIN, on_writes, guard);
	if (r >= 0)
		r = guard_tree_open(guard);
	if (r < 0) {
		close_guard(guard);
		return error_set(error, -r, "cannot set up the guard: %s", strerror(-r));
	}
	log_info("the guard watches %s", base);
	return 0;
}

int guard_new(struct node *node, struct families *families, struct report *report, struct act *act,
	      struct guard **ret_guard, struct slicectl_error *error)
{
	struct guard *guard = calloc(1, sizeof(*guard));

	if (!guard)
		return error_set(error, ENOMEM, "out of memory");
	*guard = (struct guard){
		.node = node, .families = families, .report = report, .act = act, .fd = -1
	};
	*ret_guard = guard;
	return 0;
}

int guard_apply(struct guard *guard, struct slicectl_error *error)
{
	bool wanted = guard->node->config->supervisor.guard != CONFIG_GUARD_OFF;

	guard->counts = guard_count_free(guard->counts);
	if (!wanted || guard->node->dry_run) {
		close_guard(guard);
		return 0;
	}
	if (!guard->source)
		return open_guard(guard, error);
	return guard_tree_open(guard); /* a reload may have changed the slices */
}

struct guard *guard_free(struct guard *guard)
{
	if (guard)
		close_guard(guard);
	free(guard);
	return NULL;
}

bool guard_is_on(const struct guard *guard)
{
	return guard->source;
}

uint64_t guard_reported(const struct guard *guard)
{
	return guard->reported;
}
