/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Interface files of an open cgroup, and the keyed formats in which the kernel writes
 * them ("Interface Files" in cgroup-v2.rst). */

#include <stdbool.h>
#include <stdint.h>

/* Reads the text without its last newline; the caller frees it.  -ENOENT when the file
 * or the cgroup does not exist. */
int interface_read(int dirfd, const char *file, char **ret_text);

/* Reads a file that contains one number or "max"; @max_value is returned for "max". */
int interface_read_u64(int dirfd, const char *file, uint64_t max_value, uint64_t *ret_value);

/* Reads one key of a flat keyed file ("populated" of cgroup.events).  -ENODATA when
 * the file has no such key. */
int interface_read_key(int dirfd, const char *file, const char *key, uint64_t *ret_value);
int interface_parse_key(const char *text, const char *key, uint64_t *ret_value);

int interface_write(int dirfd, const char *file, const char *value);

/* Writes @value and reads the file back through the same descriptor.  A file without
 * read permission is only written, and @ret_text is NULL then.  The caller frees it. */
int interface_exchange(int dirfd, const char *file, const char *value, char **ret_text);

bool interface_exists(int dirfd, const char *file);
