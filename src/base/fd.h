/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Small kernel files (cgroupfs, /proc, /sys) relative to a directory handle.
 * All return 0 or a length, or -errno; every descriptor is O_CLOEXEC.
 */

#include <stddef.h>
#include <sys/types.h>

/* Opens /dev/null where standard input, output or error is closed: the next file
 * opened must not become one of them. */
void fd_open_standard(void);

/* Reads at most @size - 1 bytes and adds a NUL; returns the length.  -EFBIG
 * when the file holds more.  For files that the kernel gives whole to one read(2):
 * those that are one record, as most of /proc/PID and of cgroupfs. */
ssize_t fd_read_file(int dirfd, const char *path, char *buffer, size_t size);

/* Reads a whole file of up to @max bytes into a new NUL-terminated buffer that
 * the caller frees.  -EFBIG when it holds more. */
int fd_read_all(int dirfd, const char *path, size_t max, char **ret_text, size_t *ret_length);

/* The same from an open descriptor, from offset 0 of what read(2) gives. */
int fd_read_stream(int fd, size_t max, char **ret_text, size_t *ret_length);

/* One write(2) of the whole text to an existing file: neither created nor
 * truncated, links not followed. */
int fd_write_file(int dirfd, const char *path, const char *text);
