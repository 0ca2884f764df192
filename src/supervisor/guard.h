/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Writes to the tree by others than its owners, seen through fanotify: told, and where that
 * is configured set right.  What we and the owners write, and what agrees with the
 * configuration, is nobody's business.
 */

#include "supervisor/supervisor.h"

/* As configured, also after a reload.  -EPERM and others with a sentence. */
int guard_apply(struct supervisor *supervisor, struct slicectl_error *error);
void guard_close(struct supervisor *supervisor);
