/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
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
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY,
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

	if (path && fd < 0)
		return error_set(error, -fd, "cannot open the audit log %s: %s", path,
				 strerror(-fd));
	*audit = (struct audit){ .fd = fd };
	return 0;
}

void audit_close(struct audit *audit)
{
	cleanup_close(&audit->fd);
	audit->fd = -1;
}

static int append(int fd, const struct record *record)
{
	_cleanup_free_ char *line = record_format(record);
	_cleanup_free_ char *text = line ? text_format("%s\n", line) : NULL;
	size_t length = text ? strlen(text) : 0;
	ssize_t n;

	if (!text)
		return -ENOMEM;
	n = write(fd, text, length);
	if (n < 0)
		return -errno;
	return (size_t)n == length ? 0 : -ENOSPC;
}

int audit_write(struct audit *audit, const struct record *record)
{
	int r;

	if (audit->fd < 0)
		return 0;
	r = append(audit->fd, record);
	if (r < 0)
		audit->failed++;
	else
		audit->written++;
	return r;
}
