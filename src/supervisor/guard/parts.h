/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The state that the files of this room share; private to the room. */

#include "supervisor/act/act.h"
#include "supervisor/guard/guard.h"
#include "supervisor/guard/guard_count.h"
#include "supervisor/guard/guard_value.h"

struct guard_slice;

struct guard {
	struct node *node;
	struct families *families;
	struct report *report;
	struct act *act;
	int fd;
	sd_event_source *source; /* NULL when the guard is off */
	struct guard_count *counts;
	struct guard_value *values; /* of limits, as last seen */
	bool knows_values;          /* all limits were seen when the guard began */
	struct guard_slice *slices; /* list */
	uint64_t reported;          /* number of reported writes and moves */
};
