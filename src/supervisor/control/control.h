/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The control socket: what clients may ask, and what is answered. */

#include "supervisor/service/service.h"

struct control;

/* Listens below the prefix of --root; the supervisor's lock is held.  A place that cannot be
 * written is a warning, and NULL: the daemon works without.  @rooms and @service must outlive
 * it. */
struct control *control_open(const struct service_rooms *rooms, struct service *service);

/* Accepts NULL, returns NULL. */
struct control *control_close(struct control *control);
