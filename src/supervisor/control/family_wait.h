/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Clients that wait until a family has members, has none, or is gone. */

#include "control/message.h"
#include "supervisor/client/connection.h"
#include "supervisor/service/service.h"

/* For the table of methods: the parameter that is wrong, or NULL; and the beginning. */
const char *family_wait_check(const json_t *parameters);
int family_wait_begin(const struct service_rooms *rooms, struct connection *connection,
		      const struct call *call, struct slicectl_error *error);
