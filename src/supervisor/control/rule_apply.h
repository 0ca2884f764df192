/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The method RuleApply: rules act once on what matches now.  The reply comes when the actions are
 * done, or after a few seconds. */

#include "control/message.h"
#include "supervisor/client/connection.h"
#include "supervisor/service/service.h"

/* Returns the name of the wrong parameter, or NULL. */
const char *rule_apply_check(const json_t *parameters);

/* Holds the call.  -EPERM, -ENOENT and others with a sentence. */
int rule_apply_begin(const struct service_rooms *rooms, struct connection *connection,
		     const struct call *call, struct slicectl_error *error);
