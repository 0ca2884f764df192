/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of this room share, and nobody else sees. */

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
	const char *name;      /* of the detector in use; NULL: none */
	struct listen *listen; /* NULL: another detector */
	struct poll *poll;     /* the same */
	struct sequence sequence;
	uint64_t rejected_before; /* processes without room in the table, before the last scan */
	uint64_t malformed;       /* datagrams of a recording */
	bool capacity_reported, recording_failed;
	struct detect_counts counts;
};
