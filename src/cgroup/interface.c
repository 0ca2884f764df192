/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/interface.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/parse.h"
#include "base/text.h"

enum { INTERFACE_FILE_MAX = 16 * 1024 * 1024 };

int interface_read(int dirfd, const char *file, char **ret_text)
{
	_cleanup_free_ char *text = NULL;
	size_t length;
	int r;

	r = fd_read_all(dirfd, file, INTERFACE_FILE_MAX, &text, &length);
	/* Files of a removed cgroup return ENODEV. */
	if (r == -ENODEV)
		return -ENOENT;
	if (r < 0)
		return r;
	if (length > 0 && text[length - 1] == '\n')
		text[length - 1] = '\0';
	*ret_text = TAKE_PTR(text);
	return 0;
}

int interface_read_u64(int dirfd, const char *file, uint64_t max_value, uint64_t *ret_value)
{
	_cleanup_free_ char *text = NULL;
	int r;

	r = interface_read(dirfd, file, &text);
	if (r < 0)
		return r;
	if (text_equal(text, "max")) {
		*ret_value = max_value;
		return 0;
	}
	return parse_u64(text, 0, UINT64_MAX, ret_value);
}

int interface_parse_key(const char *text, const char *key, uint64_t *ret_value)
{
	size_t length = strlen(key);

	for (const char *line = text; line && *line;) {
		const char *end = strchrnul(line, '\n');

		if (strncmp(line, key, length) == 0 && line[length] == ' ') {
			_cleanup_free_ char *value = NULL;

			value = strndup(line + length + 1, (size_t)(end - line) - length - 1);
			return value ? parse_u64(value, 0, UINT64_MAX, ret_value) : -ENOMEM;
		}
		line = *end ? end + 1 : NULL;
	}
	return -ENODATA;
}

int interface_read_key(int dirfd, const char *file, const char *key, uint64_t *ret_value)
{
	char text[4096];
	ssize_t n = fd_read_file(dirfd, file, text, sizeof(text));

	if (n == -ENODEV)
		return -ENOENT;
	return n < 0 ? (int)n : interface_parse_key(text, key, ret_value);
}

int interface_write(int dirfd, const char *file, const char *value)
{
	return fd_write_file(dirfd, file, value);
}

static int read_back(int fd, char **ret_text)
{
	char text[4096];
	ssize_t n = pread(fd, text, sizeof(text), 0);

	if (n < 0)
		return -errno;
	if (n > 0 && text[n - 1] == '\n')
		n--;
	*ret_text = strndup(text, (size_t)n);
	return *ret_text ? 0 : -ENOMEM;
}

int interface_exchange(int dirfd, const char *file, const char *value, char **ret_text)
{
	_cleanup_close_ int fd = openat(dirfd, file, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	size_t length = strlen(value);
	ssize_t n;

	*ret_text = NULL;
	if (fd < 0 && errno == EACCES)
		return interface_write(dirfd, file, value);
	if (fd < 0)
		return -errno;
	do {
		n = write(fd, value, length);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n == length ? read_back(fd, ret_text) : -EIO;
}

bool interface_exists(int dirfd, const char *file)
{
	return faccessat(dirfd, file, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}
