/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/text.h"

static int open_file(const char *path)
{
	_cleanup_free_ char *copy = strdup(path);
	int fd;

	if (!copy)
		return -ENOMEM;
	if (mkdir(dirname(copy), 0755) < 0 && errno != EEXIST)
		return -errno;
	/* NONBLOCK: a FIFO without a reader must not hang the start. */
	fd = open(path,
		  O_WRONLY | O_NONBLOCK | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY,
		  0640);
	return fd < 0 ? -errno : fd;
}

static int open_log(const char *path)
{
	int fd;

	if (!text_equal(path, "-"))
		return open_file(path);
	fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? -errno : fd;
}

int audit_open(struct audit *audit, const char *path, struct slicectl_error *error)
{
	int fd = path ? open_log(path) : -1;
	struct stat status;

	if (path && fd < 0)
		return error_set(error, -fd, "cannot open the audit log %s: %s", path,
				 strerror(-fd));
	*audit = (struct audit){ .fd = fd };
	audit->may_block = fd >= 0 && (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode));
	return 0;
}

void audit_close(struct audit *audit)
{
	cleanup_close(&audit->fd);
	audit->fd = -1;
}

/* Whether a pipe takes a record now; nobody waits for its reader. */
static bool has_room(int fd)
{
	struct pollfd poller = { .fd = fd, .events = POLLOUT };

	return poll(&poller, 1, 0) == 1 && (poller.revents & POLLOUT);
}

static int append(struct audit *audit, const struct record *record)
{
	_cleanup_free_ char *line = record_format(record);
	_cleanup_free_ char *text = line ? text_format("%s%s\n", audit->torn ? "\n" : "", line) :
					   NULL;
	size_t length = text ? strlen(text) : 0;
	ssize_t n;

	if (!text)
		return -ENOMEM;
	if (audit->may_block && !has_room(audit->fd))
		return -EAGAIN;
	n = write(audit->fd, text, length);
	if (n < 0)
		return -errno;
	audit->torn = (size_t)n != length;
	return (size_t)n == length ? 0 : -ENOSPC;
}

int audit_write(struct audit *audit, const struct record *record)
{
	int r;

	if (audit->fd < 0)
		return 0;
	r = append(audit, record);
	if (r < 0)
		audit->failed++;
	else
		audit->written++;
	return r;
}

int audit_sync(const struct audit *audit)
{
	/* A pipe or a terminal has nothing to wait for. */
	return audit->fd >= 0 && !audit->may_block && fdatasync(audit->fd) < 0 ? -errno : 0;
}
