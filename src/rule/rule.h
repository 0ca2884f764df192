/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Rules: which process belongs where.  Plain data, filled by the config. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum rule_action {
	RULE_MONITOR, /* record only */
	RULE_PLACE,
	RULE_KILL,
	_RULE_ACTION_MAX,
};

struct rule {
	char *name;
	char **comm; /* alternatives; exact bytes */
	size_t n_comm;
	enum rule_action action;
	char *scope; /* template of the scope's path; NULL where none is needed */
};

/* In file order: the first that matches wins. */
struct rule_set {
	struct rule *rules;
	size_t count;
};

/* What rules look at. */
struct rule_subject {
	pid_t pid;
	const char *comm;
};

/* comm of the kernel has 15 bytes: a longer pattern could never match. */
enum { RULE_COMM_MAX = 15 };

const char *rule_action_name(enum rule_action action);

/* -EINVAL for an unknown name. */
int rule_action_parse(const char *text, enum rule_action *ret_action);

/* The rule that decides about @subject, or NULL. */
const struct rule *rule_match(const struct rule_set *rules, const struct rule_subject *subject);

void rule_done(struct rule *rule);
void rule_set_done(struct rule_set *rules);
