/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/node/node.h"

#include "base/cleanup.h"

void node_enforce(struct node *node, struct generation *generation)
{
	struct generation *before = node->generation;

	node->generation = generation;
	node->config = generation->config;
	node->hierarchy = generation->hierarchy;
	node->table.capacity = generation->config->supervisor.max_processes;
	(void)generation_unref(before);
}

void node_done(struct node *node)
{
	table_done(&node->table);
	(void)recording_close(node->view.recording);
	replay_close(node->view.replay);
	(void)sd_event_unref(node->loop);
	node->generation = generation_unref(node->generation);
	cleanup_close(&node->view.proc_fd);
	turn_done(&node->turn);
}
