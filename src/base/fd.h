/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Access to small kernel files (cgroupfs, /proc, /sys) relative to a directory
 * handle.  All functions return 0 or a length, or -errno; every descriptor is
 * O_CLOEXEC.
 */

#include <stddef.h>
#include <sys/types.h>

/* Opens /dev/null in place of standard input, output or error where one is closed:
 * the next file that is opened must not become one of them. */
void fd_open_standard(void);

/* Reads at most @size - 1 bytes and adds a NUL; returns the length.  -EFBIG
 * when the file holds more.  For files that the kernel returns as a whole from one
 * read(2): files with one record, like most of /proc/PID and of cgroupfs. */
ssize_t fd_read_file(int dirfd, const char *path, char *buffer, size_t size);

/* Reads a whole file of up to @max bytes into a new NUL-terminated buffer that
 * the caller frees.  -EFBIG when it holds more. */
int fd_read_all(int dirfd, const char *path, size_t max, char **ret_text, size_t *ret_length);

/* Same as fd_read_all(), for an open descriptor, from its current offset. */
int fd_read_stream(int fd, size_t max, char **ret_text, size_t *ret_length);

/* Writes the whole text by one write(2) to an existing file.  The file is neither
 * created nor truncated, and symbolic links are not followed. */
int fd_write_file(int dirfd, const char *path, const char *text);
