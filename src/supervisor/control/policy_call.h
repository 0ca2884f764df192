/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The method that tells what the policies do. */

#include <jansson.h>

#include "supervisor/service/service.h"

json_t *policy_list(const struct service_rooms *rooms);
