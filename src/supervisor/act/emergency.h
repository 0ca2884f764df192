/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A declared emergency.  While it is in force, the users in emergency-users may freeze, kill and
 * destroy scopes of other owners with --force, and each such change is recorded before it is made.
 * There is at most one emergency at a time.  It lasts until a user ends it.  When its time is over
 * it is stale: nothing is undone, but no further change is allowed.  It is kept as a mark on the
 * base, so it survives a restart of the daemon, but not a reboot.
 */

#include "control/message.h"
#include "supervisor/client/connection.h"
#include "supervisor/client/request.h"
#include "supervisor/report/report.h"

struct emergency;

struct emergency *emergency_new(struct node *node, struct report *report);
struct emergency *emergency_free(struct emergency *emergency);

/* Restores an emergency that was declared under an earlier supervisor, from the mark on the
 * base. */
void emergency_restore(struct emergency *emergency);

bool emergency_is_active(const struct emergency *emergency);

/* 0 when @caller may make the change although the scope belongs to another owner; the record is
 * then on disk.  Otherwise -EPERM with an error message. */
int emergency_permit(struct emergency *emergency, const struct request *request,
		     const struct caller *caller, struct slicectl_error *error);

/* For the table of methods of the control socket.  emergency_check_start() returns the name of the
 * first invalid parameter, or NULL. */
json_t *emergency_status(const struct emergency *emergency);
const char *emergency_check_start(const json_t *parameters);
int emergency_start(struct emergency *emergency, struct connection *connection,
		    const struct call *call, struct slicectl_error *error);
int emergency_end(struct emergency *emergency, struct connection *connection,
		  const struct call *call, struct slicectl_error *error);
