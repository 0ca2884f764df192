/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * watch [PID [RESOURCE [LEVEL [COUNT]]]]: is told when a process crosses a level of a resource.
 *
 *   cc watch.c $(pkg-config --cflags --libs libslicectl)
 *
 * Without arguments it watches its own descriptors at level 10, opens files past that level and
 * closes them again.  slicectld must run.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <slicectl/watch.h>

enum { FILES = 20, WAIT_MSEC = 5000 };

/* Prints the events that are there.  Returns how many were crossings, or a negative errno. */
static int take_events(struct slicectl_watch *watch, struct slicectl_error *error)
{
	struct slicectl_watch_event event;
	int n = 0, r;

	while ((r = slicectl_watch_read(watch, &event, sizeof(event), error)) == 0) {
		if (event.kind == SLICECTL_WATCH_CROSSED)
			printf("%s of process %d: %llu, before %llu, %s level %llu\n",
			       event.resource, (int)event.pid, (unsigned long long)event.new_value,
			       (unsigned long long)event.old_value,
			       event.up ? "at or above" : "below", (unsigned long long)event.level);
		else if (event.kind == SLICECTL_WATCH_ENDED)
			printf("process %d has ended\n", (int)event.pid);
		else if (event.kind == SLICECTL_WATCH_LOST)
			printf("%llu events were lost\n", (unsigned long long)event.lost);
		n += event.kind == SLICECTL_WATCH_CROSSED;
	}
	return r == -EAGAIN ? n : r;
}

static int await_crossings(struct slicectl_watch *watch, int wanted, struct slicectl_error *error)
{
	struct pollfd poller = { .fd = slicectl_watch_fd(watch), .events = POLLIN };

	while (wanted > 0) {
		int r = poll(&poller, 1, WAIT_MSEC) > 0 ? take_events(watch, error) : -ETIMEDOUT;

		if (r < 0)
			return r;
		wanted -= r;
	}
	return 0;
}

static int show_own(struct slicectl_watch *watch, struct slicectl_error *error)
{
	int fds[FILES], r;

	for (int i = 0; i < FILES; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	r = await_crossings(watch, 1, error);
	for (int i = 0; i < FILES; i++)
		close(fds[i]);
	return r < 0 ? r : await_crossings(watch, 1, error);
}

int main(int argc, char **argv)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct slicectl_watch *watch;
	char own[16];
	struct slicectl_watch_level level = { .subject = own,
					      .resource = argc > 2 ? argv[2] : "nofile",
					      .level = argc > 3 ? argv[3] : "10" };
	int r;

	snprintf(own, sizeof(own), "%d", (int)getpid());
	if (argc > 1)
		level.subject = argv[1];
	r = slicectl_watch_open(NULL, &watch, &error);
	if (r == 0) {
		r = slicectl_watch_add(watch, &level, NULL, &error);
		if (r == 0)
			r = argc > 1 ? await_crossings(watch, argc > 4 ? atoi(argv[4]) : 1, &error) :
				       show_own(watch, &error);
		slicectl_watch_close(watch);
	}
	if (r < 0)
		fprintf(stderr, "%s\n",
			r == -ETIMEDOUT ? "nothing was told in time" : error.message);
	return r < 0;
}
