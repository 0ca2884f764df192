/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Orders an open cgroup to freeze or thaw and waits until it has: 0, -ETIMEDOUT
 * (the order stays in force), or what writing and reading gave. */
int freeze_cgroup(int dirfd, bool frozen, uint64_t deadline_usec);
