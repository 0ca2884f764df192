/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Rules decide which process belongs where.  Plain data, filled in by the configuration. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum rule_action {
	RULE_MONITOR, /* record only */
	RULE_HOOK,    /* run a command */
	RULE_PLACE,
	RULE_KILL,
	RULE_IGNORE, /* leave alone a process that later rules would match */
	_RULE_ACTION_MAX,
};

/* Keys of a rule, the cheapest to read first.  A process matches when every key that the
 * rule has matches; a key matches when any of its values does. */
enum rule_key {
	RULE_KEY_COMM,     /* name of the process */
	RULE_KEY_PARENT,   /* rule of a family whose root is the parent */
	RULE_KEY_ANCESTOR, /* rule of a family that the process or an ancestor is in */
	RULE_KEY_USER,     /* effective user */
	RULE_KEY_GROUP,    /* effective group */
	RULE_KEY_MEMBER,   /* a group of the process, or of its user */
	RULE_KEY_EXE,      /* path of the program */
	RULE_KEY_TTY,      /* controlling terminal relative to /dev, or "none" */
	RULE_KEY_CGROUP,   /* path in the v2 hierarchy */
	RULE_KEY_ARGV,     /* part of the command line, whose elements are joined by blanks */
	RULE_KEY_ARG,      /* one element of the command line */
	RULE_KEY_ENV,      /* NAME=VALUE of the initial environment */
	_RULE_KEY_MAX,
};

/* What happens to a family when its root, the process that matched, has exited. */
enum rule_root_exit {
	RULE_ROOT_EXIT_KEEP,
	RULE_ROOT_EXIT_TERM,
	RULE_ROOT_EXIT_KILL,
	_RULE_ROOT_EXIT_MAX,
};

/* Which processes of systemd units are placed. */
enum rule_foreign_units {
	RULE_FOREIGN_UNITS_AUTO, /* those that their unit does not need */
	RULE_FOREIGN_UNITS_YES,
	RULE_FOREIGN_UNITS_NO,
	_RULE_FOREIGN_UNITS_MAX,
};

struct rule_index;

struct rule {
	char *name;
	char **values[_RULE_KEY_MAX]; /* NULL-terminated; NULL: the rule does not have the key */
	/* What is compared instead of the names in values: the numbers of those users, groups and
	 * members that are known.  NULL for other keys, and before they are looked up. */
	char **ids[_RULE_KEY_MAX];
	enum rule_action action;
	bool disabled;
	size_t max_per_minute; /* actions; 0: unlimited */
	bool dry_run;          /* decide and record, but do nothing */
	char *scope;           /* template of the scope path; NULL when none is set */

	/* For RULE_PLACE. */
	uint64_t linger_usec; /* how long an empty scope is kept */
	enum rule_root_exit on_root_exit;
	enum rule_foreign_units foreign_units;
	bool from_families; /* it also takes processes that other rules placed */
	bool lets_go; /* users may move their own processes out, although the slice is another owner's */

	/* For RULE_KILL, and for killing a family whose root has exited. */
	int signal;          /* sent first; 0: SIGKILL */
	uint64_t grace_usec; /* time until SIGKILL follows; 0: never */
	bool leader_only;    /* kill the process that matched, not its family */

	/* For RULE_HOOK. */
	char **command;        /* path and arguments; NULL-terminated */
	uint64_t timeout_usec; /* after this time the hook's scope is killed */
	bool every_match;      /* no latch: run on every match */
};

#define RULE_HOOK_TIMEOUT_USEC UINT64_C(30000000)

/* In file order: the first rule that matches decides. */
struct rule_set {
	struct rule *rules;
	size_t count;
	struct rule_index *index; /* of rule_set_compile(); without it no rule matches */
	size_t first_by_ids; /* of the rules that match by user, group or member; count: none */
	bool by_name;        /* a rule asks for the name */
	bool by_lineage;     /* a rule asks for the families that a process descends from */
};

/*
 * The process that rules are compared with.  Facts other than its name are read when a
 * rule needs them.  A fact is bytes followed by a NUL: one text, or, for PARENT, ANCESTOR,
 * MEMBER, ARG and ENV, elements that each end in a NUL.  MEMBER has the effective user as
 * "u1000", then the numbers of groups.
 */
struct rule_subject {
	pid_t pid;
	const char *comm;
	/* Returns the length of the fact, or -errno, which no value matches.  NULL: no fact
	 * is available. */
	ssize_t (*read)(void *data, enum rule_key key, const char **ret_bytes);
	void *data;
};

/* The kernel keeps 15 bytes of a name in comm: a longer value could never match. */
enum { RULE_COMM_MAX = 15 };

const char *rule_action_name(enum rule_action action);

/* -EINVAL for an unknown name. */
int rule_action_parse(const char *text, enum rule_action *ret_action);

/* "comm", "exe", … */
const char *rule_key_name(enum rule_key key);

/*
 * Indexes the rules by the names that they list, so that a match tries only the rules
 * that list the name of the process and those that match by other keys.  To be called
 * when the set is complete.  -ENOMEM.
 */
int rule_set_compile(struct rule_set *rules);

/* The rule of that name, or NULL. */
const struct rule *rule_set_find(const struct rule_set *rules, const char *name);

/* Whether any rule matches by user, group or member. */
bool rule_set_asks_ids(const struct rule_set *rules);

/* Whether any rule matches by the name. */
bool rule_set_asks_names(const struct rule_set *rules);

/* Whether any rule matches by the family of the parent or of an ancestor. */
bool rule_set_asks_lineage(const struct rule_set *rules);

/* Whether the decision for @rule (NULL: for none) may be another one after a change of the user or
 * of the groups. */
bool rule_follows_ids(const struct rule_set *rules, const struct rule *rule);

/* The number of @rule, or 0 for NULL. */
uint32_t rule_number(const struct rule_set *rules, const struct rule *rule);

/* The rule that decides about @subject, or NULL.  NULL means that no rule matches, or that a fact for
 * the next rule is not read yet (-EINPROGRESS), or that a fact could not be read (-ETIMEDOUT, -EBUSY,
 * -ENOMEM, -EMFILE, -ENFILE) and the rule that asks for it ignores processes.  A process chooses its
 * command line, so it gains nothing from the last case that it could not have had anyway. */
const struct rule *rule_match(const struct rule_set *rules, const struct rule_subject *subject);

/* The rule that decides when these rules are asked to act: those with @named by their position, on
 * or off, and rules that ignore, which protect processes from the rules behind them.  @named NULL:
 * every rule that is not off. */
const struct rule *rule_match_named(const struct rule_set *rules, const bool *named,
				    const struct rule_subject *subject);

/* The value by which the cheapest key of @rule matches, and the key; NULL when that key
 * does not match. */
const char *rule_deciding_value(const struct rule *rule, const struct rule_subject *subject,
				enum rule_key *ret_key);

/* The first key that keeps @rule from matching, or _RULE_KEY_MAX when it matches.  A rule
 * without keys fails at the first key. */
enum rule_key rule_mismatch(const struct rule *rule, const struct rule_subject *subject);

/* Whether @rule matches without its env key.  The environment is inherited, so it says
 * nothing about what a descendant is. */
bool rule_matches_itself(const struct rule *rule, const struct rule_subject *subject);

/* Whether @rule is off because none of its users or groups is known. */
bool rule_waits(const struct rule *rule);

/* Whether @rule has any key; a rule without keys matches nothing. */
bool rule_has_key(const struct rule *rule);

void rule_done(struct rule *rule);
void rule_set_done(struct rule_set *rules);
