/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Delegation of a cgroup to a user: its directory, and of its files exactly those
 * that the kernel lists in /sys/kernel/cgroup/delegate.  The files with its limits
 * are not in the list and stay with the owner of the parent.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* Whether the directory and each listed file that exists belong to @uid and @gid (-1: any
 * group). */
int delegate_is_done(int dirfd, uid_t uid, gid_t gid, bool *ret_done);

/* Delegates the open cgroup; @path is for the sentence. */
int delegate_cgroup(int dirfd, const char *path, uid_t uid, gid_t gid, struct slicectl_error *error);
