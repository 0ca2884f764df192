/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <jansson.h>

#include "supervisor/service/service.h"

/* Why a process is where it is: the reply of Explain in docs/io.slicectl.varlink.  NULL with
 * a sentence; -ESRCH when there is no such process. */
json_t *explain(const struct service_rooms *rooms, pid_t pid, struct slicectl_error *error);
