/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The methods of the control socket, described in docs/io.slicectl.varlink. */

#include "control/message.h"
#include "supervisor/client/connection.h"

/* Carries out @call.  Returns the reply, which the caller frees, or NULL when the connection holds
 * the call or memory is exhausted. */
char *methods_answer(struct server *server, struct connection *connection, const struct call *call);
