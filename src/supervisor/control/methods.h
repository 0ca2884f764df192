/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the control socket answers: one table of methods, described in
 * docs/io.slicectl.varlink. */

#include "control/message.h"
#include "supervisor/client/connection.h"

/* The reply, which the caller frees; NULL when the connection holds the call, or when out
 * of memory. */
char *methods_answer(struct server *server, struct connection *connection, const struct call *call);
