/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Reads "populated" of cgroup.events: whether a live process is in the cgroup or below
 * it.  Zombies do not count. */
int populated_read(int dirfd, bool *ret_populated);

/* Waits until a key of cgroup.events has @value: 0, -ETIMEDOUT, or the -errno of the
 * read. */
int events_wait(int dirfd, const char *key, bool value, uint64_t deadline_usec);

/* Waits until "populated" is 0. */
int populated_wait_empty(int dirfd, uint64_t deadline_usec);
