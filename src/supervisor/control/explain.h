/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <jansson.h>

#include "supervisor/service/service.h"

/* Explains how the rules match a process: the reply of Explain in docs/io.slicectl.varlink.  NULL
 * with a sentence on failure, with the code ESRCH when there is no such process. */
json_t *explain(const struct service_rooms *rooms, pid_t pid, struct slicectl_error *error);
