/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Removes scopes that were to be destroyed when what would not die has ended. */

#include "supervisor/supervisor.h"

int zombie_open(struct supervisor *supervisor);
void zombie_close(struct supervisor *supervisor);
