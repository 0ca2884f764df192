/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

#include "base/error.h"

/*
 * Opens @path (created 0600, its directory 0755) and takes an exclusive flock,
 * waiting at most @timeout_usec.  The caller closes the descriptor to release
 * it.  -ETIMEDOUT when somebody else keeps it, -EACCES without permission.
 */
int lock_take(const char *path, uint64_t timeout_usec, int *ret_fd, struct slicectl_error *error);
