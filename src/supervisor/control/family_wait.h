/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Lets a client wait until a family has members, has none, or is gone. */

#include "control/message.h"
#include "supervisor/client/connection.h"
#include "supervisor/service/service.h"

/* The name of the wrong parameter, or NULL. */
const char *family_wait_check(const json_t *parameters);

/* Holds the call and replies when the state is reached, or when the time has run out. */
int family_wait_begin(const struct service_rooms *rooms, struct connection *connection,
		      const struct call *call, struct slicectl_error *error);
