/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Handing a cgroup over to a user: its directory, and of its files exactly those
 * that the kernel lists in /sys/kernel/cgroup/delegate.  The limits among them
 * stay with the owner of the parent.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* Whether the directory and each listed file that is there belong to them. */
int delegate_is_done(int dirfd, uid_t uid, gid_t gid, bool *ret_done);

int delegate_cgroup(int dirfd, const char *path, uid_t uid, gid_t gid, struct slicectl_error *error);
