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

/* Keys that a rule may name, the cheapest to ask for first.  All that it names must
 * hold; of several values of one key any will do. */
enum rule_key {
	RULE_KEY_COMM, /* name, exactly */
	RULE_KEY_ARGV, /* part of the command line, its elements joined by blanks */
	RULE_KEY_ENV,  /* NAME=VALUE that it was started with, exactly */
	_RULE_KEY_MAX,
};

struct rule {
	char *name;
	char **values[_RULE_KEY_MAX]; /* NULL-terminated; NULL: the key is not named */
	enum rule_action action;
	char *scope; /* template of the scope's path; NULL where none is needed */
};

/* In file order: the first that matches wins. */
struct rule_set {
	struct rule *rules;
	size_t count;
};

/* What rules look at.  Other facts than the name are asked for when a rule needs
 * them: for ARGV the joined line, for ENV elements that each end in a NUL. */
struct rule_subject {
	pid_t pid;
	const char *comm;
	/* Length of the fact, or -errno: then no value matches.  NULL: none known. */
	ssize_t (*read)(void *data, enum rule_key key, const char **ret_bytes);
	void *data;
};

/* comm of the kernel has 15 bytes: a longer pattern could never match. */
enum { RULE_COMM_MAX = 15 };

const char *rule_action_name(enum rule_action action);

/* -EINVAL for an unknown name. */
int rule_action_parse(const char *text, enum rule_action *ret_action);

/* The rule that decides about @subject, or NULL. */
const struct rule *rule_match(const struct rule_set *rules, const struct rule_subject *subject);

/* Whether @rule matches by what a process shows of itself.  The environment is
 * inherited: it tells nothing of a descendant (B-04). */
bool rule_matches_itself(const struct rule *rule, const struct rule_subject *subject);

/* Whether it names a key at all; one that does not matches nothing. */
bool rule_has_key(const struct rule *rule);

void rule_done(struct rule *rule);
void rule_set_done(struct rule_set *rules);
