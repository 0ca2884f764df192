/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The daemon, composed of its rooms; private to the files at the top. */

#include "supervisor/control/control.h"
#include "supervisor/supervisor.h"

struct supervisor {
	const struct supervisor_options *options;
	int lock_fd;   /* held while we run: only one supervisor may run on a node */
	bool is_guest; /* it acts once beside another one, and only kills and records */
	struct node node;
	struct report *report;
	struct families *families;
	struct mover *mover; /* NULL in a replay */
	struct act *act;
	struct life *life;
	struct observe *observe;
	struct watches *watches;
	struct policies *policies;
	struct detect *detect;
	struct guard *guard;
	struct service *service;
	struct control *control; /* NULL when there is no control socket */
};

/* The rooms, for the service and the control socket. */
struct service_rooms supervisor_rooms(struct supervisor *supervisor);
