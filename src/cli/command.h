/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The table of commands.  The same rows dispatch and print the help at every level;
 * a test compares them with the man page.
 */

#include "cli/invocation.h"

struct command {
	const char *name;               /* NULL ends the table */
	const char *arguments;          /* operands, for the help; not NULL */
	int min_operands, max_operands; /* -1: any number */
	const char *summary;
	bool verbatim;                      /* "--" must precede what follows the first operand */
	const struct option_group *options; /* its own, besides those of every command */
	const struct command *commands;     /* of a group, which has no run */
	/* 0, a positive exit status of its own, or -errno with a sentence. */
	int (*run)(struct invocation *invocation, struct slicectl_error *error);
	bool lenient; /* reads or ends something, also beside a configuration with a problem */
};

extern const struct command command_table[];
extern const struct command scope_commands[];
extern const struct command policy_commands[];
extern const struct command rule_commands[];
extern const struct command emergency_commands[];
extern const struct option_group events_options;
extern const struct option_group init_options;
extern const struct option_group rule_apply_options;
extern const struct option_group run_options;
extern const struct option_group tree_options;
extern const struct option_group top_options;
extern const struct option_group wait_options;
extern const struct option_group watch_options;

int cmd_init(struct invocation *invocation, struct slicectl_error *error);
int cmd_rule_apply(struct invocation *invocation, struct slicectl_error *error);
int cmd_run(struct invocation *invocation, struct slicectl_error *error);
int cmd_top(struct invocation *invocation, struct slicectl_error *error);
int cmd_tree(struct invocation *invocation, struct slicectl_error *error);
int cmd_probe(struct invocation *invocation, struct slicectl_error *error);
int cmd_status(struct invocation *invocation, struct slicectl_error *error);
int cmd_families(struct invocation *invocation, struct slicectl_error *error);
int cmd_events(struct invocation *invocation, struct slicectl_error *error);
int cmd_wait(struct invocation *invocation, struct slicectl_error *error);
int cmd_watch(struct invocation *invocation, struct slicectl_error *error);
int cmd_explain(struct invocation *invocation, struct slicectl_error *error);
int cmd_metrics(struct invocation *invocation, struct slicectl_error *error);
int cmd_reload(struct invocation *invocation, struct slicectl_error *error);
int cmd_completion(struct invocation *invocation, struct slicectl_error *error);
int cmd_import(struct invocation *invocation, struct slicectl_error *error);
int cmd_check_config(struct invocation *invocation, struct slicectl_error *error);

/* Runs the program; returns its exit status. */
int command_main(int argc, char **argv);
