/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The method that returns the state of the policies. */

#include <jansson.h>

#include "supervisor/service/service.h"

json_t *policy_list(const struct service_rooms *rooms);
