/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The facts about a process, beyond its name, that rules match.  A fact is read from /proc or from
 * the process table when the first rule needs it, and is kept until all rules are decided for the
 * process.  Of a command line or an environment only the first 64 KiB are read.
 */

#include "rule/rule.h"
#include "supervisor/node/node.h"

struct facts {
	struct node *node;
	pid_t pid;
	char *bytes[_RULE_KEY_MAX];     /* NULL: not read yet */
	ssize_t lengths[_RULE_KEY_MAX]; /* or -errno */
	unsigned hidden;                /* keys, as bits, that count as unreadable */
	bool waits;                     /* a fact is not read yet: nothing can be decided */
	bool overdue;                   /* a fact has not been read for too long */
	bool refused;                   /* a fact was not read: too many reads are late */
};

#define FACTS_OF(a_node, a_pid) ((struct facts){ .node = (a_node), .pid = (a_pid) })
#define FACTS_SUBJECT(facts, a_comm) \
	((struct rule_subject){      \
		.pid = (facts)->pid, .comm = (a_comm), .read = facts_read, .data = (facts) })

/* For the member read of struct rule_subject; @data is a struct facts. */
ssize_t facts_read(void *data, enum rule_key key, const char **ret_bytes);
/* Returns a fact as a string that the caller frees; NULL when it cannot be read. */
char *facts_copy(struct facts *facts, enum rule_key key);

void facts_done(struct facts *facts);

#define _cleanup_facts_ _cleanup_(facts_done)
