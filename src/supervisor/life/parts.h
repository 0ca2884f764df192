/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The state that the files of this room share; private to the room. */

#include "supervisor/life/life.h"

struct life {
	struct node *node;
	struct families *families;
	struct report *report;
	struct act *act;
	struct life_counts counts;
	struct awaited *awaited;           /* a list, see awaited.h */
	struct early_rename *early_rename; /* NULL: not needed yet */
	sd_event_source *late_answers, *overdue_timer;
};
