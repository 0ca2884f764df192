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
	sd_event_source *retry_timer; /* of failed placements; NULL: none failed yet */
	/* Begins a placement, for the retries. */
	void (*place)(struct act *act, struct family *family, const struct held_process *held);
	uint64_t late_members;
};
