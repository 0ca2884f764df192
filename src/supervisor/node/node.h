/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The node as every room of the daemon sees it: the configuration in force and its hierarchy, the
 * window on /proc and the clocks, the processes that are known, and the loop.  A reload replaces
 * the generation in place: read it where it is needed, do not keep a copy.
 */

#include <systemd/sd-event.h>

#include "process/loss.h"
#include "process/table.h"
#include "process/view.h"
#include "supervisor/node/generation.h"

struct node {
	sd_event *loop;
	struct generation *generation;        /* in force */
	const struct config *config;          /* of that generation, */
	struct slicectl_hierarchy *hierarchy; /* as well */
	struct view view;
	struct process_table table;
	struct loss loss; /* of events about these processes */
	char boot_id[PROCFS_BOOT_ID_SIZE];
	const char *root; /* prefix of /run, /etc and the like; "" */
	bool dry_run;     /* decide and report, change nothing */
};

/* Takes over @generation as the one in force, and drops the reference to the one before. */
void node_enforce(struct node *node, struct generation *generation);

void node_done(struct node *node);
