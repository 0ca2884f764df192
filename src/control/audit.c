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

static int audit_open_file(const char *path)
{
	_cleanup_free_ char *copy = strdup(path);
	int fd;

	if (!copy)
		return -ENOMEM;
	if (mkdir(dirname(copy), 0755) < 0 && errno != EEXIST)
		return -errno;
	/* O_NONBLOCK: opening a FIFO without a reader must not block the start. */
	fd = open(path,
		  O_WRONLY | O_NONBLOCK | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY,
		  0640);
	return fd < 0 ? -errno : fd;
}

static int open_log(const char *path)
{
	int fd;

	if (!text_equal(path, "-"))
		return audit_open_file(path);
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

/* Whether a pipe or terminal can take a record now; a slow reader is never waited for. */
static bool can_write(int fd)
{
	struct pollfd poller = { .fd = fd, .events = POLLOUT };

	return poll(&poller, 1, 0) == 1 && (poller.revents & POLLOUT);
}

static int audit_append(struct audit *audit, const struct record *record)
{
	_cleanup_free_ char *line = record_format(record);
	_cleanup_free_ char *text = line ? text_format("%s%s\n", audit->torn ? "\n" : "", line) :
					   NULL;
	size_t length = text ? strlen(text) : 0;
	ssize_t n;

	if (!text)
		return -ENOMEM;
	if (audit->may_block && !can_write(audit->fd))
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
	r = audit_append(audit, record);
	if (r < 0)
		audit->failed++;
	else
		audit->written++;
	return r;
}

int audit_sync(const struct audit *audit)
{
	/* A pipe or a terminal cannot be synchronised. */
	return audit->fd >= 0 && !audit->may_block && fdatasync(audit->fd) < 0 ? -errno : 0;
}
