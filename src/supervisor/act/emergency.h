/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A declared emergency: while it lasts, users who may declare one may freeze, kill and destroy in
 * another owner's slice, with force, and each such change is on record first.  There is one at a
 * time.  It ends when somebody ends it; when its time is over it is stale: nothing is undone, and
 * nothing more is allowed.  It is written on the base, so it survives the daemon, and no reboot.
 */

#include "control/message.h"
#include "supervisor/client/connection.h"
#include "supervisor/client/request.h"
#include "supervisor/report/report.h"

struct emergency;

struct emergency *emergency_new(struct node *node, struct report *report);
struct emergency *emergency_free(struct emergency *emergency);

/* What an earlier supervisor left. */
void emergency_restore(struct emergency *emergency);

bool emergency_is_active(const struct emergency *emergency);

/* 0 when @caller may do it although the scope is another owner's: then the record of it is on the
 * disk.  -EPERM with a sentence. */
int emergency_permit(struct emergency *emergency, const struct request *request,
		     const struct caller *caller, struct slicectl_error *error);

/* For the table of methods. */
json_t *emergency_status(const struct emergency *emergency);
const char *emergency_check_start(const json_t *parameters);
int emergency_start(struct emergency *emergency, struct connection *connection,
		    const struct call *call, struct slicectl_error *error);
int emergency_end(struct emergency *emergency, struct connection *connection,
		  const struct call *call, struct slicectl_error *error);
