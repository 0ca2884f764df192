/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/populated.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "cgroup/interface.h"

int populated_read(int dirfd, bool *ret_populated)
{
	uint64_t value;
	int r;

	r = interface_read_key(dirfd, "cgroup.events", "populated", &value);
	if (r < 0)
		return r;
	*ret_populated = value != 0;
	return 0;
}

static int read_again(int fd, const char *key, bool *ret_value)
{
	char text[256];
	uint64_t value;
	ssize_t n;
	int r;

	n = pread(fd, text, sizeof(text) - 1, 0);
	if (n < 0)
		return errno == ENODEV ? -ENOENT : -errno;
	text[n] = '\0';
	r = interface_parse_key(text, key, &value);
	if (r < 0)
		return r;
	*ret_value = value != 0;
	return 0;
}

/* The kernel delays a notification when the file changed within the last 10 ms, so
 * reading at short intervals sees the change earlier. */
static int pause_ms(unsigned round)
{
	static const int ticks[] = { 1, 2, 5, 10 };

	return ticks[round < ELEMENTS(ticks) ? round : ELEMENTS(ticks) - 1];
}

int events_wait(int dirfd, const char *key, bool value, uint64_t deadline_usec)
{
	_cleanup_close_ int fd = -1;

	fd = openat(dirfd, "cgroup.events", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	for (unsigned round = 0;; round++) {
		struct pollfd poller = { .fd = fd, .events = POLLPRI };
		bool current;
		int r;

		r = read_again(fd, key, &current);
		if (r < 0 || current == value)
			return r;
		if (clock_now_usec() >= deadline_usec)
			return -ETIMEDOUT;
		(void)poll(&poller, 1, pause_ms(round));
	}
}

int populated_wait_empty(int dirfd, uint64_t deadline_usec)
{
	return events_wait(dirfd, "populated", false, deadline_usec);
}
