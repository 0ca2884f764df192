/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What one process uses, out of its directory in /proc.  None of these reads waits for the memory of
 * the process: /proc/PID/status has counters of it. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "observe/resource.h"

/* @directory_fd: an open /proc/PID, which stays that of this process.  -ESRCH when it has exited.
 * Of cpu the result is the time that it has run, in microseconds. */
int process_use_read(int directory_fd, const struct resource *resource, uint64_t *ret_value);

/* Whether the kernel tells the number of descriptors (Linux 6.2); before, they are listed, which takes the
 * right to look into the directory. */
bool process_use_counts_descriptors(void);

/* The soft limit of RLIMIT_*, one of those of a resource; UINT64_MAX when it is unlimited. */
int process_use_limit(int directory_fd, int rlimit, uint64_t *ret_limit);

/* The same from the text of /proc/PID/limits. */
int process_use_parse_limit(const char *text, int rlimit, uint64_t *ret_limit);

/* The number after "KEY:" in the text of /proc/PID/status; sizes are in bytes.  -ENODATA when it has
 * no such key: a kernel thread has no memory. */
int process_use_parse_status(const char *text, const char *key, uint64_t *ret_value);

/* The user and system time in the text of /proc/PID/stat, in microseconds. */
int process_use_parse_time(const char *text, uint64_t *ret_usec);
