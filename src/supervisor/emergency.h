/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A declared emergency (RI3): while it lasts, who may declare one may freeze, kill and
 * destroy in another owner's slice, with force.  One at a time; it ends by being ended, and
 * when its time is over it is stale: nothing is undone, and nothing more is allowed (E-61).
 * It is written on the base, so it survives us, and no reboot.
 */

#include "control/message.h"
#include "supervisor/connection.h"
#include "supervisor/request.h"

/* What an earlier supervisor left. */
void emergency_restore(struct supervisor *supervisor);
void emergency_done(struct supervisor *supervisor);

/* 0 when @caller may do it although the scope is another owner's: then the record of it is
 * on the disk.  -EPERM with a sentence. */
int emergency_permit(struct supervisor *supervisor, const struct request *request,
		     const struct caller *caller, struct slicectl_error *error);

/* For the table of methods. */
json_t *emergency_status(struct supervisor *supervisor, const json_t *parameters,
			 struct slicectl_error *error);
const char *emergency_check_start(const json_t *parameters);
int emergency_start(struct connection *connection, const struct call *call,
		    struct slicectl_error *error);
int emergency_end(struct connection *connection, const struct call *call,
		  struct slicectl_error *error);
