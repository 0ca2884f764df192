/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <slicectl/scope.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/interface.h"
#include "cgroup/name.h"
#include "cgroup/populated.h"
#include "cgroup/refusal.h"

struct waiting {
	int parent_fd, watch_fd; /* the parent directory, and an inotify watch on it */
	const char *name;
	int events_fd; /* cgroup.events; -1: the cgroup does not exist */
	bool was_removed;
};

static void waiting_done(const struct waiting *waiting)
{
	cleanup_close(&waiting->parent_fd);
	cleanup_close(&waiting->watch_fd);
	cleanup_close(&waiting->events_fd);
}

static int watch(struct waiting *waiting, int base_fd, const char *path)
{
	char link[64];

	waiting->parent_fd = directory_open_parent(base_fd, path, &waiting->name);
	waiting->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (waiting->parent_fd < 0)
		return waiting->parent_fd;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", waiting->parent_fd);
	if (waiting->watch_fd < 0 ||
	    inotify_add_watch(waiting->watch_fd, link, IN_CREATE | IN_DELETE) < 0)
		return -errno;
	return 0;
}

/* Reads the inotify events and notes whether the cgroup was removed meanwhile. */
static void take_changes(struct waiting *waiting)
{
	char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n;

	while ((n = read(waiting->watch_fd, buffer, sizeof(buffer))) > 0) {
		for (const char *at = buffer; at < buffer + n;) {
			const struct inotify_event *event = (const void *)at;

			if ((event->mask & IN_DELETE) && text_equal(event->name, waiting->name))
				waiting->was_removed = true;
			at += sizeof(*event) + event->len;
		}
	}
}

static int open_events(struct waiting *waiting)
{
	_cleanup_close_ int fd = -1;

	cleanup_close(&waiting->events_fd);
	waiting->events_fd = -1;
	fd = openat(waiting->parent_fd, waiting->name,
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	waiting->events_fd = openat(fd, "cgroup.events", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return waiting->events_fd < 0 && errno != ENOENT && errno != ENODEV ? -errno : 0;
}

/* Opens the file each time, because another cgroup may have the name by now. */
static int look(struct waiting *waiting, enum slicectl_occupancy *ret_occupancy)
{
	uint64_t populated = 0;
	char text[256];
	ssize_t n;
	int r = open_events(waiting);

	if (r < 0)
		return r;
	*ret_occupancy = SLICECTL_GONE;
	if (waiting->events_fd < 0)
		return 0;
	n = pread(waiting->events_fd, text, sizeof(text) - 1, 0);
	if (n < 0)
		return errno == ENODEV ? 0 : -errno;
	text[n] = '\0';
	r = interface_parse_key(text, "populated", &populated);
	*ret_occupancy = populated ? SLICECTL_POPULATED : SLICECTL_EMPTY;
	return r;
}

static bool is_reached(const struct waiting *waiting, enum slicectl_occupancy asked,
		       enum slicectl_occupancy found)
{
	if (found == asked || (asked == SLICECTL_EMPTY && found == SLICECTL_GONE))
		return true;
	return asked != SLICECTL_POPULATED && waiting->was_removed;
}

/* The watch is set before the state is read, so no change is missed. */
static int wait_for(struct waiting *waiting, enum slicectl_occupancy asked, uint64_t deadline_usec)
{
	for (;;) {
		struct pollfd pollers[] = {
			{ .fd = waiting->watch_fd, .events = POLLIN },
			{ .fd = -1, .events = POLLPRI },
		};
		enum slicectl_occupancy found;
		uint64_t now = clock_now_usec(), left;
		int r;

		take_changes(waiting);
		r = look(waiting, &found);
		if (r < 0 || is_reached(waiting, asked, found))
			return r;
		if (now >= deadline_usec)
			return -ETIMEDOUT;
		left = (deadline_usec - now) / CLOCK_USEC_PER_MSEC;
		pollers[1].fd = waiting->events_fd;
		(void)poll(pollers, ELEMENTS(pollers), left < INT_MAX ? (int)left + 1 : -1);
	}
}

int slicectl_scope_wait(struct slicectl_hierarchy *hierarchy, const char *path,
			enum slicectl_occupancy occupancy, uint64_t timeout_usec,
			struct slicectl_error *error)
{
	_cleanup_(waiting_done) struct waiting waiting = { -1, -1, NULL, -1, false };
	_cleanup_free_ char *relative = NULL;
	uint64_t deadline = timeout_usec == UINT64_MAX ? UINT64_MAX :
							 clock_deadline_usec(timeout_usec);
	int r;

	r = name_normalise(hierarchy->base_path, path, &relative, error);
	if (r < 0)
		return r;
	r = watch(&waiting, hierarchy->base_fd, relative);
	if (r == 0)
		r = wait_for(&waiting, occupancy, deadline);
	if (r == -ENOENT && occupancy != SLICECTL_POPULATED)
		return 0; /* the parent directory does not exist either */
	if (r == -ETIMEDOUT)
		return error_set(error, ETIMEDOUT, "%s is not %s yet", relative,
				 occupancy == SLICECTL_POPULATED ? "populated" :
				 occupancy == SLICECTL_EMPTY     ? "empty" :
								   "gone");
	return r < 0 ? refusal_set(error, REFUSAL_OPEN, r, relative, NULL, NULL) : 0;
}
