/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Lets a client wait until a family has members, has none, or is gone. */

#include "control/message.h"
#include "supervisor/client/connection.h"
#include "supervisor/service/service.h"

/* The name of the wrong parameter, or NULL. */
const char *family_wait_check(const json_t *parameters);

struct family_waits;

/* @rooms must outlive the result.  NULL when out of memory. */
struct family_waits *family_waits_new(const struct service_rooms *rooms);

/* To be called when no client is connected.  Accepts NULL, returns NULL. */
struct family_waits *family_waits_free(struct family_waits *waits);

/* Holds the call and replies when the state is reached, or when the time has run out. */
int family_wait_begin(struct family_waits *waits, struct connection *connection,
		      const struct call *call, struct slicectl_error *error);
