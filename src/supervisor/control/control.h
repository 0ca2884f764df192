/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The control socket: accepts clients and answers their calls. */

#include "supervisor/service/service.h"

struct control;

/* Listens at the socket of the service manager, or at a path below the prefix of --root; the caller
 * holds the supervisor's lock.  On failure it logs a warning and returns NULL, because the daemon
 * also works without a socket.  @rooms and @service must outlive the result. */
struct control *control_open(const struct service_rooms *rooms, struct service *service);

/* Accepts NULL, returns NULL. */
struct control *control_close(struct control *control);
