/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"

enum { READ_FIRST = 4096 };

void fd_open_standard(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		/* open() returns the lowest free number, which is the closed one. */
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			_exit(1);
	}
}

static ssize_t read_retry(int fd, char *buffer, size_t size)
{
	ssize_t n;

	do {
		n = read(fd, buffer, size);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Reads until @buffer is full or the file ends. */
static ssize_t read_until(int fd, char *buffer, size_t size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t n = read_retry(fd, buffer + used, size - used);

		if (n < 0)
			return n;
		if (n == 0)
			break;
		used += (size_t)n;
	}
	return (ssize_t)used;
}

ssize_t fd_read_file(int dirfd, const char *path, char *buffer, size_t size)
{
	_cleanup_close_ int fd = -1;
	ssize_t n;

	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	if (fd < 0)
		return -errno;
	n = read_retry(fd, buffer, size);
	if (n < 0)
		return n;
	if ((size_t)n == size)
		return -EFBIG;
	buffer[n] = '\0';
	return n;
}

int fd_read_stream(int fd, size_t max, char **ret_text, size_t *ret_length)
{
	_cleanup_free_ char *text = NULL;
	size_t size = READ_FIRST, used = 0;

	for (;;) {
		char *grown = realloc(text, size + 1);
		ssize_t n;

		if (!grown)
			return -ENOMEM;
		text = grown;
		n = read_until(fd, text + used, size - used);
		if (n < 0)
			return (int)n;
		used += (size_t)n;
		if (used > max)
			return -EFBIG;
		if (used < size)
			break;
		size *= 2;
	}
	text[used] = '\0';
	*ret_text = TAKE_PTR(text);
	if (ret_length)
		*ret_length = used;
	return 0;
}

int fd_read_all(int dirfd, const char *path, size_t max, char **ret_text, size_t *ret_length)
{
	_cleanup_close_ int fd = -1;

	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	if (fd < 0)
		return -errno;
	return fd_read_stream(fd, max, ret_text, ret_length);
}

int fd_write_file(int dirfd, const char *path, const char *text)
{
	_cleanup_close_ int fd = -1;
	size_t length = strlen(text);
	ssize_t n;

	fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	if (fd < 0)
		return -errno;
	do {
		n = write(fd, text, length);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n == length ? 0 : -EIO;
}
