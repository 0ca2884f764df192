/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Turns calls that change a scope into requests. */

#include "control/message.h"
#include "supervisor/client/connection.h"
#include "supervisor/service/service.h"

/* The name of the wrong parameter, or NULL. */
const char *request_check(const json_t *parameters);

/* Holds the call and submits the request. */
int request_begin(const struct service_rooms *rooms, struct connection *connection,
		  const struct call *call, struct slicectl_error *error);
