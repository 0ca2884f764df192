/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Scopes that were to be destroyed and hold what would not die: removed when they are
 * empty. */

#include "supervisor/supervisor.h"

void zombie_watch(struct supervisor *supervisor, const char *path);
void zombie_forget_all(struct supervisor *supervisor);
