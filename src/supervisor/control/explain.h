/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <jansson.h>

#include "supervisor/client/connection.h"
#include "supervisor/service/service.h"

/* Why the process is where it is.  The caller is told nothing that /proc would not tell it: of a
 * process of another user, the program and the environment count as unreadable.  NULL with a
 * sentence on failure. */
json_t *explain(const struct service_rooms *rooms, const struct caller *caller, pid_t pid,
		struct slicectl_error *error);
