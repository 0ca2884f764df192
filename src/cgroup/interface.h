/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Interface files of a cgroup, and the keyed formats in which the kernel writes
 * them ("Interface Files" in cgroup-v2.rst). */

#include <stdbool.h>
#include <stdint.h>

/* Text without its last newline; the caller frees it.  -ENOENT where the file or
 * the cgroup is not there. */
int interface_read(int dirfd, const char *file, char **ret_text);

/* A file that holds one number or "max".  @max_value is what "max" stands for. */
int interface_read_u64(int dirfd, const char *file, uint64_t max_value, uint64_t *ret_value);

/* One key of a flat keyed file ("populated" of cgroup.events).  -ENODATA when
 * the file has no such key. */
int interface_read_key(int dirfd, const char *file, const char *key, uint64_t *ret_value);
int interface_parse_key(const char *text, const char *key, uint64_t *ret_value);

int interface_write(int dirfd, const char *file, const char *value);

/* Writes, and reads back through the same descriptor.  A file that cannot be read
 * is written only: then @ret_text is NULL.  The caller frees it. */
int interface_exchange(int dirfd, const char *file, const char *value, char **ret_text);

bool interface_exists(int dirfd, const char *file);
