/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files on top share, and nobody else sees: the composition. */

#include "supervisor/control/control.h"
#include "supervisor/supervisor.h"

struct supervisor {
	const struct supervisor_options *options;
	int lock_fd; /* one supervisor on a node */
	struct node node;
	struct report *report;
	struct families *families;
	struct mover *mover; /* NULL in a replay */
	struct act *act;
	struct life *life;
	struct detect *detect;
	struct guard *guard;
	struct service *service;
	struct control *control; /* NULL: nobody listens */
};

/* The rooms, for those that read several of them. */
struct service_rooms supervisor_rooms(struct supervisor *supervisor);
