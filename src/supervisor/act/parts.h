/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Private to the files of this room. */

#include "supervisor/act/act.h"

struct held_process;

struct act {
	struct node *node;
	struct families *families;
	struct report *report;
	struct mover *mover;
	struct rates *rates;
	struct hooks *hooks;
	struct requests *requests;
	struct emergency *emergency;
	struct zombies *zombies;
	sd_event_source *retry_timer; /* of what failed or waits; NULL: nothing did yet */
	/* Tries the action of the family again. */
	void (*again)(struct act *act, struct family *family);
	uint64_t late_members;
};
