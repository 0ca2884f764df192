/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A family as JSON: the type Family of docs/io.slicectl.varlink. */

#include <jansson.h>

#include "supervisor/family/family.h"

json_t *family_json(const struct node *node, const struct family *family);
