/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The methods for watches of levels.  Watch is a stream, which is the subscription: when its
 * connection closes, its watches end.  The other methods are called over other connections. */

#include "control/message.h"
#include "supervisor/client/connection.h"
#include "supervisor/service/service.h"

/* Return the name of the wrong parameter, or NULL. */
const char *watch_check(const json_t *parameters);
const char *watch_check_add(const json_t *parameters);
const char *watch_check_remove(const json_t *parameters);

/* Whether a watch names a process by its number. */
bool watch_names_process(const json_t *parameters);

int watch_begin(const struct service_rooms *rooms, struct connection *connection,
		const struct call *call, struct slicectl_error *error);
json_t *watch_add(const struct service_rooms *rooms, const struct caller *caller,
		  const json_t *parameters, struct slicectl_error *error);
json_t *watch_remove(const struct service_rooms *rooms, const struct caller *caller,
		     const json_t *parameters, struct slicectl_error *error);
json_t *watch_list(const struct service_rooms *rooms, const struct caller *caller,
		   const json_t *parameters, struct slicectl_error *error);
