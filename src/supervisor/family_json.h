/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A family for others: the type Family of docs/io.slicectl.varlink. */

#include <jansson.h>

#include "supervisor/supervised.h"

json_t *family_json(const struct supervisor *supervisor, const struct supervised *family);

/* "root", "sub", "tool", or NULL for a process of no family. */
const char *process_type_name(enum process_type type);
