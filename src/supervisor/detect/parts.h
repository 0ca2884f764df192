/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The state that the files of this room share; private to the room. */

#include "process/connector.h"
#include "process/sequence.h"
#include "supervisor/detect/detect.h"
#include "supervisor/detect/listen.h"
#include "supervisor/detect/poll.h"

struct detect {
	struct node *node;
	struct families *families;
	struct report *report;
	struct life *life;
	struct mover *mover;
	struct observe *observe;
	struct watches *watches;
	const char *name;                  /* of the open detector, or NULL */
	struct listen *listen;             /* NULL unless the detector is netlink */
	struct poll *poll;                 /* NULL unless the detector is poll */
	const struct connector *connector; /* of listen; NULL without it */
	struct sequence sequence;
	uint64_t rejected_before; /* table.rejected before the last scan */
	uint64_t malformed;       /* datagrams in a recording */
	bool capacity_reported, recording_failed;
	struct detect_counts counts;
};
