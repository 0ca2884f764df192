/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/exit_status.h"
#include "base/log.h"
#include "base/spelling.h"
#include "base/text.h"
#include "cli/invocation.h"

enum { NAME_COLUMN = 24 };

const struct command command_table[] = {
	{ "init", "", 0, 0, "create the configured slices (idempotent)", false, &init_options, NULL,
	  cmd_init, false },
	{ "scope", "", 0, 0, "create, show and destroy scopes", false, NULL, scope_commands, NULL,
	  false },
	{ "run", "SLICE/NAME -- COMMAND [ARGUMENT…]", 2, -1,
	  "run a command in a scope of its own and exit with its status", true, &run_options, NULL,
	  cmd_run, true },
	{ "tree", "[SLICE]", 0, 1, "show the hierarchy with state, owner and limits", false,
	  &tree_options, NULL, cmd_tree, true },
	{ "top", "[SLICE]", 0, 1, "show the resource usage of slices and scopes live", false,
	  &top_options, NULL, cmd_top, true },
	{ "probe", "", 0, 0, "report controllers and kernel features, and what blocks the others",
	  false, NULL, NULL, cmd_probe, true },
	{ "rule", "", 0, 0, "list, test, apply and arm rules", false, NULL, rule_commands, NULL,
	  false },
	{ "policy", "", 0, 0, "list, show and explain policies", false, NULL, policy_commands, NULL,
	  false },
	{ "status", "", 0, 0, "show the state of slicectld", false, NULL, NULL, cmd_status, false },
	{ "families", "", 0, 0, "list the families that slicectld tracks", false, NULL, NULL,
	  cmd_families, false },
	{ "emergency", "", 0, 0, "declare, end and show an emergency", false, NULL,
	  emergency_commands, NULL, false },
	{ "events", "", 0, 0, "print each record of slicectld as it is made", false,
	  &events_options, NULL, cmd_events, true },
	{ "wait", "SCOPE|PID populated|empty|gone|active|idle", 2, 2,
	  "wait until a scope or family is in that state", false, &wait_options, NULL, cmd_wait,
	  true },
	{ "watch", "list | SUBJECT RESOURCE LEVEL…", 1, -1,
	  "tell when a resource crosses a level, or list what is watched", false, &watch_options,
	  NULL, cmd_watch, false },
	{ "explain", "PID", 1, 1, "explain why a process is where it is", false, NULL, NULL,
	  cmd_explain, true },
	{ "metrics", "", 0, 0, "print the metrics of slicectld as OpenMetrics text", false, NULL,
	  NULL, cmd_metrics, false },
	{ "reload", "", 0, 0, "make slicectld reload its configuration", false, NULL, NULL,
	  cmd_reload, false },
	{ "import", "FILE…", 1, -1,
	  "convert cgrules.conf and cgconfig.conf of libcgroup to a configuration", false, NULL,
	  NULL, cmd_import, false },
	{ "completion", "bash|zsh|fish", 1, 1, "print the completion script for a shell", false,
	  NULL, NULL, cmd_completion, false },
	{ "check-config", "", 0, 0, "check the configuration and list every problem", false, NULL,
	  NULL, cmd_check_config, false },
	{ 0 },
};

static int print_commands(const struct command *commands)
{
	(void)printf("\nCommands:\n");
	for (; commands->name; commands++) {
		_cleanup_free_ char *usage = text_format("%s%s%s", commands->name,
							 *commands->arguments ? " " : "",
							 commands->arguments);

		if (!usage)
			return -ENOMEM;
		option_print_row(stdout, NAME_COLUMN, usage, commands->summary);
	}
	return 0;
}

static int print_options(const struct option_row *rows)
{
	_cleanup_free_ struct option_spec *specs = option_row_specs(NULL, rows);

	if (!specs)
		return -ENOMEM;
	return option_print_help(specs, stdout);
}

/* @path is the command line so far: "slicectl scope". */
static int print_help(const char *path, const struct command *command,
		      const struct command *commands)
{
	int r = 0;

	if (commands) {
		(void)printf("Usage: %s [OPTION]… COMMAND …\n\n%s\n", path,
			     command ? command->summary :
				       "Builds and keeps the cgroup v2 hierarchy of a node.");
		r = print_commands(commands);
	} else {
		(void)printf("Usage: %s [OPTION]…%s%s\n\n%s\n", path,
			     *command->arguments ? " " : "", command->arguments, command->summary);
		if (command->options && command->options->rows) {
			(void)printf("\nOptions:\n");
			r = print_options(command->options->rows);
		}
	}
	(void)printf("\nOptions of every command:\n");
	return r < 0 ? r : print_options(invocation_rows);
}

/* The options up to the next operand.  1 when the help or the version is to be printed. */
static int read_options(struct invocation *invocation, struct option_reader *reader,
			struct slicectl_error *error)
{
	const struct option_spec *spec;
	const char *value = NULL;
	int r;

	while ((r = option_next(reader, &spec, &value, error)) > 0) {
		r = invocation_take(invocation, spec->id, value, error);
		if (r < 0 || invocation->mode != INVOCATION_RUN)
			return r < 0 ? r : 1;
	}
	return r;
}

static int check_operands(const struct command *command, int n, char **operands,
			  struct slicectl_error *error)
{
	if (n < command->min_operands)
		return error_set(error, EINVAL, "%s needs %s; see slicectl --help", command->name,
				 command->arguments);
	if (command->max_operands >= 0 && n > command->max_operands)
		return error_set(error, EINVAL, "%s: unexpected argument '%s'", command->name,
				 TEXT_ESCAPE(operands[command->max_operands]));
	return 0;
}

/* Options may also come between and after the operands, up to "--". */
static int read_command(struct invocation *invocation, struct option_reader *reader,
			struct slicectl_error *error)
{
	int r;

	for (;;) {
		char **rest;
		int n;

		r = read_options(invocation, reader, error);
		if (r != 0)
			return r;
		n = option_operands(reader, &rest);
		if (n == 0)
			break;
		if (invocation->command->verbatim && invocation->n_operands == 1 && !reader->ended)
			return error_set(error, EINVAL,
					 "%s: put -- before the command, as in: %s SLICE/NAME -- %s",
					 invocation->command->name, invocation->command->name,
					 TEXT_ESCAPE(rest[0]));
		invocation->operands[invocation->n_operands++] = rest[0];
		reader->index++;
	}
	return check_operands(invocation->command, invocation->n_operands, invocation->operands,
			      error);
}

static const struct command *find_command(const struct command *commands, const char *name)
{
	for (; commands->name; commands++) {
		if (text_equal(commands->name, name))
			return commands;
	}
	return NULL;
}

static int out_of_memory(void)
{
	log_error("out of memory");
	return EXIT_FAILED;
}

static int answer(enum invocation_mode mode, const char *path, const struct command *command,
		  const struct command *commands)
{
	if (mode == INVOCATION_VERSION)
		(void)printf("slicectl %s\n", PACKAGE_VERSION);
	else if (print_help(path, command, commands) < 0)
		return out_of_memory();
	return 0;
}

static int fail(const char *path, int code, const struct slicectl_error *error, bool usage)
{
	/* Output for which memory was short has no sentence of its own. */
	const char *message = *error->message ? error->message : strerror(-code);

	if (usage)
		log_error("%s; try %s --help", message, path);
	else
		log_error("%s", message);
	return usage ? EXIT_USAGE : exit_status(code);
}

static int run_command(struct invocation *invocation, const char *path, int argc, char **argv)
{
	const struct option_group *group = invocation->command->options;
	_cleanup_free_ struct option_spec *specs = option_row_specs(group ? group->rows : NULL,
								    invocation_rows);
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	/* At most one for each word, and a NULL for execve. */
	_cleanup_free_ char **operands = calloc((size_t)argc + 1, sizeof(*operands));
	struct option_reader reader;
	int r;

	if (!specs || !operands || invocation_prepare(invocation, group) < 0)
		return out_of_memory();
	invocation->operands = operands;
	option_reader_init(&reader, specs, argc, argv);
	r = read_command(invocation, &reader, &error);
	if (r > 0)
		return answer(invocation->mode, path, invocation->command, NULL);
	if (r < 0)
		return fail(path, r, &error, true);
	r = invocation->command->run(invocation, &error);
	return r < 0 ? fail(path, r, &error, false) : r;
}

static const char *command_at(size_t index, const void *data)
{
	return ((const struct command *)data)[index].name;
}

/* One level of the table: its options, then the command that follows them. */
static int dispatch(struct invocation *invocation, const char *path, const struct command *group,
		    const struct command *commands, int argc, char **argv)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	_cleanup_free_ struct option_spec *specs = option_row_specs(NULL, invocation_rows);
	_cleanup_free_ char *next_path = NULL;
	struct option_reader reader;
	char **rest;
	int r, n;

	if (!specs)
		return out_of_memory();
	option_reader_init(&reader, specs, argc, argv);
	r = read_options(invocation, &reader, &error);
	if (r > 0)
		return answer(invocation->mode, path, group, commands);
	n = option_operands(&reader, &rest);
	if (r == 0 && n == 0)
		r = error_set(&error, EINVAL, "a command is required");
	if (r == 0) {
		invocation->command = find_command(commands, rest[0]);
		if (text_equal(rest[0], "help"))
			return answer(INVOCATION_HELP, path, group, commands);
		if (!invocation->command)
			r = error_set(&error, EINVAL, "unknown command '%s'%s", TEXT_ESCAPE(rest[0]),
				      SPELLING_HINT(spelling_nearest(rest[0], command_at, commands)));
	}
	if (r < 0)
		return fail(path, r, &error, true);
	next_path = text_format("%s %s", path, rest[0]);
	if (!next_path)
		return out_of_memory();
	if (invocation->command->commands)
		return dispatch(invocation, next_path, invocation->command,
				invocation->command->commands, n, rest);
	return run_command(invocation, next_path, n, rest);
}

int command_main(int argc, char **argv)
{
	struct invocation invocation = INVOCATION_INIT;
	int status;

	/* Everyone may read what the program creates. */
	invocation.umask = umask(0022);
	/* A child of a process that ignores the signal could not be waited for. */
	invocation.ignores_child_signal = signal(SIGCHLD, SIG_DFL) == SIG_IGN;
	status = dispatch(&invocation, "slicectl", NULL, command_table, argc, argv);

	invocation_done(&invocation);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		log_error("cannot write to standard output: %s", strerror(errno));
		return status == 0 ? EXIT_FAILED : status;
	}
	return status;
}
