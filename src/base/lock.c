/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"

static int make_parent(const char *path)
{
	_cleanup_free_ char *copy = strdup(path);

	if (!copy)
		return -ENOMEM;
	if (mkdir(dirname(copy), 0755) < 0 && errno != EEXIST)
		return -errno;
	return 0;
}

/* flock(2) has no timeout, so this polls; writers hold the lock for milliseconds. */
static int flock_until(int fd, uint64_t deadline_usec)
{
	const struct timespec pause = { .tv_nsec = 2000000 };

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (clock_now_usec() >= deadline_usec)
			return -ETIMEDOUT;
		(void)nanosleep(&pause, NULL);
	}
	return 0;
}

int lock_take(const char *path, uint64_t timeout_usec, int *ret_fd, struct slicectl_error *error)
{
	_cleanup_close_ int fd = -1;
	int r;

	r = make_parent(path);
	if (r < 0)
		return error_set(error, -r, "cannot make the directory of the lock %s: %s", path,
				 strerror(-r));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	if (fd < 0) {
		r = -errno;
		return error_set(error, -r,
				 "cannot open the lock %s: %s; changing the hierarchy needs root",
				 path, strerror(-r));
	}
	r = flock_until(fd, clock_deadline_usec(timeout_usec));
	if (r == -ETIMEDOUT)
		return error_set(error, ETIMEDOUT,
				 "%s is held by another slicectl or slicectld; try again", path);
	if (r < 0)
		return error_set(error, -r, "cannot lock %s: %s", path, strerror(-r));
	*ret_fd = TAKE_FD(fd);
	return 0;
}
