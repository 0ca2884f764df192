/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <jansson.h>

#include "supervisor/service/service.h"

/* The state of the supervisor: the reply of Status in docs/io.slicectl.varlink. */
json_t *status_json(const struct service_rooms *rooms, const struct service *service);
