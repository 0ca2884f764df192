/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Requests as calls: for the table of methods. */

#include "control/message.h"
#include "supervisor/client/connection.h"
#include "supervisor/service/service.h"

/* The parameter that is wrong, or NULL; and the beginning. */
const char *request_check(const json_t *parameters);
int request_begin(const struct service_rooms *rooms, struct connection *connection,
		  const struct call *call, struct slicectl_error *error);
