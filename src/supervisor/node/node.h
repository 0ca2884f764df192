/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The state of the node that every room of the daemon shares: the configuration in force and its
 * hierarchy, the view of /proc and of the clocks, the table of processes, and the main loop.  A
 * reload replaces the generation in place, so read it where it is needed and do not keep a copy.
 */

#include <systemd/sd-event.h>

#include "process/loss.h"
#include "process/table.h"
#include "process/view.h"
#include "supervisor/node/generation.h"
#include "supervisor/node/privilege.h"
#include "supervisor/node/turn.h"

struct node {
	sd_event *loop;
	struct generation *generation;        /* in force */
	const struct config *config;          /* of that generation */
	struct slicectl_hierarchy *hierarchy; /* of that generation */
	struct view view;
	struct process_table table;
	struct privilege privilege; /* of the threads of the daemon */
	struct move_turn turn;      /* to move a process; of these threads, too */
	struct loss loss;           /* of events about the processes in the table */
	char boot_id[PROCFS_BOOT_ID_SIZE];
	const char *root; /* prefix of /run, /etc and so on; "" for none */
	bool dry_run;     /* decide and report, but change nothing */
};

/* Puts @generation, whose reference it takes over, in force and drops the previous generation. */
void node_enforce(struct node *node, struct generation *generation);

void node_done(struct node *node);
