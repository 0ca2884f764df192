/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Rules: which process belongs where.  Plain data, filled by the config. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum rule_action {
	RULE_MONITOR, /* record only */
	RULE_HOOK,    /* run a command */
	RULE_PLACE,
	RULE_KILL,
	RULE_IGNORE, /* leave alone what later rules would match */
	_RULE_ACTION_MAX,
};

/* Keys that a rule may name, the cheapest to ask for first.  All that it names must
 * hold; of several values of one key any will do. */
enum rule_key {
	RULE_KEY_COMM,     /* name */
	RULE_KEY_PARENT,   /* a rule that its parent is the root of a family of */
	RULE_KEY_ANCESTOR, /* a rule that it, or an ancestor, is in a family of */
	RULE_KEY_USER,     /* effective user, as a number */
	RULE_KEY_GROUP,    /* effective group, as a number */
	RULE_KEY_EXE,      /* path of the program */
	RULE_KEY_TTY,      /* controlling terminal, below /dev; "none" without one */
	RULE_KEY_CGROUP,   /* path in the v2 hierarchy */
	RULE_KEY_ARGV,     /* part of the command line, its elements joined by blanks */
	RULE_KEY_ARG,      /* one element of the command line */
	RULE_KEY_ENV,      /* NAME=VALUE that it was started with */
	_RULE_KEY_MAX,
};

/* What becomes of a family when the process that matched has ended. */
enum rule_root_exit {
	RULE_ROOT_EXIT_KEEP,
	RULE_ROOT_EXIT_TERM,
	RULE_ROOT_EXIT_KILL,
	_RULE_ROOT_EXIT_MAX,
};

struct rule_index;

struct rule {
	char *name;
	char **values[_RULE_KEY_MAX]; /* NULL-terminated; NULL: the key is not named */
	enum rule_action action;
	bool disabled;
	size_t max_per_minute; /* actions; 0: no limit */
	bool dry_run;          /* decide and record, and do nothing */
	char *scope;           /* template of the scope's path; NULL where none is needed */

	/* Of RULE_PLACE. */
	uint64_t linger_usec; /* an empty scope stays that long */
	enum rule_root_exit on_root_exit;
	bool foreign_units; /* also what systemd placed */

	/* Of RULE_KILL, and what ends a family when its root has ended. */
	int signal;          /* comes first; 0: SIGKILL */
	uint64_t grace_usec; /* and this time later SIGKILL; 0: never */
	bool leader_only;    /* not the family */

	/* Of RULE_HOOK. */
	char **command;        /* path and arguments; NULL-terminated */
	uint64_t timeout_usec; /* then its scope is killed */
	bool every_match;      /* it does not latch */
};

#define RULE_HOOK_TIMEOUT_USEC UINT64_C(30000000)

/* In file order: the first that matches wins. */
struct rule_set {
	struct rule *rules;
	size_t count;
	struct rule_index *index; /* NULL: every rule is tried */
};

/*
 * What rules look at.  Other facts than the name are asked for when a rule needs
 * them, in bytes with a NUL behind: one text, or for PARENT, ANCESTOR, ARG and ENV
 * elements that each end in a NUL.
 */
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

/* "comm", "exe", … */
const char *rule_key_name(enum rule_key key);

/*
 * Sorts the rules by the names that they know, so that a match costs what the rules
 * cost that know the name, or do not ask for it.  To be called when the set is
 * complete.  -ENOMEM.
 */
int rule_set_compile(struct rule_set *rules);

/* The rule that decides about @subject, or NULL. */
const struct rule *rule_match(const struct rule_set *rules, const struct rule_subject *subject);

/* The value of the cheapest key that @rule names and that made it match; NULL when it
 * does not match. */
const char *rule_deciding_value(const struct rule *rule, const struct rule_subject *subject,
				enum rule_key *ret_key);

/* The first key that keeps @rule from matching, or _RULE_KEY_MAX when it matches.  One
 * that names no key fails by its first. */
enum rule_key rule_mismatch(const struct rule *rule, const struct rule_subject *subject);

/* Whether @rule matches by what a process shows of itself.  The environment is
 * inherited: it tells nothing of a descendant (B-04). */
bool rule_matches_itself(const struct rule *rule, const struct rule_subject *subject);

/* Whether it names a key at all; one that does not matches nothing. */
bool rule_has_key(const struct rule *rule);

void rule_done(struct rule *rule);
void rule_set_done(struct rule_set *rules);
