/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

#include "base/error.h"

/*
 * Opens @path (created with mode 0600, its directory with 0755) and takes an
 * exclusive flock; waits at most @timeout_usec.  The caller closes the descriptor to
 * release the lock.  -ETIMEDOUT when another process keeps the lock, -EACCES without
 * permission.
 */
int lock_take(const char *path, uint64_t timeout_usec, int *ret_fd, struct slicectl_error *error);
