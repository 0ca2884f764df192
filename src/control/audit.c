/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/safe_path.h"
#include "base/text.h"

static int make_directory(const char *path)
{
	_cleanup_close_ int parent_fd = -1;
	const char *name;

	if (access(path, F_OK) == 0)
		return 0;
	parent_fd = safe_path_open_parent(path, &name);
	if (parent_fd < 0)
		return parent_fd;
	return mkdirat(parent_fd, name, 0750) < 0 && errno != EEXIST ? -errno : 0;
}

static int audit_open_file(const char *path)
{
	_cleanup_free_ char *copy = strdup(path);
	_cleanup_close_ int directory_fd = -1;
	const char *name;
	int fd, r;

	if (!copy)
		return -ENOMEM;
	r = make_directory(dirname(copy));
	if (r < 0)
		return r;
	directory_fd = safe_path_open_parent(path, &name);
	if (directory_fd < 0)
		return directory_fd;
	/* O_NONBLOCK: opening a FIFO without a reader must not block the start. */
	fd = openat(directory_fd, name,
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

/* Whether the file of @audit ends within a line.  It is open for writing only, so it is opened once
 * more to read its last byte; a caller who may not read it cannot tell. */
static bool ends_in_a_line(const char *path, const struct stat *opened)
{
	_cleanup_close_ int fd = open(path,
				      O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	struct stat status;
	char last;

	return opened->st_size > 0 && fd >= 0 && fstat(fd, &status) == 0 &&
	       status.st_dev == opened->st_dev && status.st_ino == opened->st_ino &&
	       pread(fd, &last, 1, opened->st_size - 1) == 1 && last != '\n';
}

/* A writer that was cut off left a part of a line: what follows must not become a part of it. */
static void close_line(struct audit *audit, const char *path)
{
	struct stat status;

	audit->may_block = fstat(audit->fd, &status) < 0 || !S_ISREG(status.st_mode);
	audit->bytes = audit->may_block ? 0 : (uint64_t)status.st_size;
	if (!audit->may_block && ends_in_a_line(path, &status))
		audit->torn = write(audit->fd, "\n", 1) != 1;
}

static int open_failed(const char *path, int code, struct slicectl_error *error)
{
	if (code == -ELOOP)
		return error_set(error, ELOOP,
				 "cannot open the audit log %s: it is a symbolic link, which is not followed; name the file that it leads to",
				 path);
	if (code == -ENOLINK)
		return error_set(error, ENOLINK,
				 "cannot open the audit log %s: a user other than root leads it to the directory of somebody else; name a path that only root can change",
				 path);
	if (code == -ENOENT)
		return error_set(error, ENOENT,
				 "cannot open the audit log %s: its directory does not exist, and neither does the one above it",
				 path);
	return error_set(error, -code, "cannot open the audit log %s: %s", path, strerror(-code));
}

int audit_open(struct audit *audit, const char *path, struct slicectl_error *error)
{
	int fd = path ? open_log(path) : -1;

	if (path && fd < 0)
		return open_failed(path, fd, error);
	*audit = (struct audit){ .fd = fd };
	if (fd >= 0)
		close_line(audit, path);
	return 0;
}

const char *audit_path(const char *key)
{
	if (!key)
		return access(AUDIT_DIRECTORY, F_OK) == 0 ? AUDIT_LOG : NULL;
	return text_equal(key, "none") ? NULL : key;
}

int audit_open_key(struct audit *audit, const char *key, struct slicectl_error *error)
{
	struct slicectl_error failure = SLICECTL_ERROR_INIT;
	int r = audit_open(audit, audit_path(key), &failure);

	if (r < 0 && key) {
		if (error)
			*error = failure;
		return r;
	}
	if (r < 0) {
		*audit = AUDIT_NULL;
		log_warning("%s; no records are kept until a reload can open it", failure.message);
	}
	return 0;
}

/* Whether @path is still the file that is open, and not one that another writer began. */
static bool is_current(int fd, const char *path)
{
	struct stat opened, named;

	return fstat(fd, &opened) == 0 && lstat(path, &named) == 0 &&
	       opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

void audit_rotate(struct audit *audit, const char *path, uint64_t max)
{
	_cleanup_free_ char *old = NULL;
	int fd;

	if (audit->fd < 0 || audit->may_block || audit->bytes <= max)
		return;
	/* If this fails, the next try is after as many bytes again. */
	audit->bytes = 0;
	old = text_format("%s.1", path);
	if (!old || (is_current(audit->fd, path) && rename(path, old) < 0))
		return;
	fd = audit_open_file(path);
	if (fd < 0)
		return;
	audit_close(audit);
	audit->fd = fd;
	close_line(audit, path);
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

int audit_append(struct audit *audit, const char *line)
{
	_cleanup_free_ char *text = text_format("%s%s\n", audit->torn ? "\n" : "", line);
	size_t length = text ? strlen(text) : 0;
	ssize_t n;

	if (!text)
		return -ENOMEM;
	if (audit->may_block && !can_write(audit->fd))
		return -EAGAIN;
	n = write(audit->fd, text, length);
	if (n < 0)
		return -errno;
	audit->bytes += (uint64_t)n;
	audit->torn = (size_t)n != length;
	return (size_t)n == length ? 0 : -ENOSPC;
}

int audit_write(struct audit *audit, const struct record *record)
{
	_cleanup_free_ char *line = NULL;
	int r;

	if (audit->fd < 0)
		return 0;
	line = record_format(record);
	r = line ? audit_append(audit, line) : -ENOMEM;
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
