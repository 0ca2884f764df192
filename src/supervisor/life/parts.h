/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of this room share, and nobody else sees. */

#include "supervisor/life/life.h"

struct life {
	struct node *node;
	struct families *families;
	struct report *report;
	struct act *act;
	struct life_counts counts;
};
