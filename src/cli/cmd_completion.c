/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Completion for shells, written from the same table that dispatches. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"

/* Names of scopes, as the tree has them now. */
#define LIST_SCOPES "slicectl scope list 2>/dev/null | awk 'NR > 1 { print $1 }'"

/* What an operand is, by its first word in the help. */
static const char *operand_of(const struct command *command)
{
	static const struct {
		const char *beginning, *kind;
	} kinds[] = {
		{ "PATH", "scope" },    { "SCOPE", "scope" }, { "SLICE", "slice" },
		{ "[SLICE]", "slice" }, { "FILE", "file" },   { "PID", "pid" },
		{ "[PID]", "pid" },
	};

	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		if (text_starts_with(command->arguments, kinds[i].beginning))
			return kinds[i].kind;
	}
	return "none";
}

static void put_names(const struct command *commands)
{
	for (const struct command *command = commands; command->name; command++)
		(void)printf("%s%s", command == commands ? "" : " ", command->name);
}

/* Words that the help names as they are typed: "bash|zsh|fish". */
static void put_choices(const char *arguments)
{
	const char *last = strrchr(arguments, ' ');

	arguments = last ? last + 1 : arguments;
	if (strspn(arguments, "abcdefghijklmnopqrstuvwxyz|") != strlen(arguments))
		return;
	for (; *arguments; arguments++)
		(void)putchar(*arguments == '|' ? ' ' : *arguments);
}

static const struct option_row *rows_of(const struct command *command)
{
	return command->options ? command->options->rows : NULL;
}

static void put_options(const struct option_row *options)
{
	for (; options && options->name; options++)
		(void)printf(" --%s%s", options->name, options->argument ? "=" : "");
}

/* Those whose value may be the next word, with both their names. */
static void put_valued(const struct option_row *options)
{
	for (; options && options->name; options++) {
		if (options->argument && options->letter)
			(void)printf(" -%c", options->letter);
		if (options->argument)
			(void)printf(" --%s", options->name);
	}
}

static void put_valued_of(const char *group, const struct command *command)
{
	put_valued(rows_of(command));
}

static void put_bash_case(const char *group, const struct command *command)
{
	(void)printf("\t\"%s%s%s\")\n\t\twords=\"", group, *group ? " " : "", command->name);
	if (command->commands)
		put_names(command->commands);
	else
		put_choices(command->arguments);
	(void)printf("\" operand=%s options=\"", command->commands ? "none" : operand_of(command));
	put_options(rows_of(command));
	(void)printf("\"\n\t\t;;\n");
}

static void put_cases(void (*put)(const char *group, const struct command *command))
{
	for (const struct command *command = command_table; command->name; command++) {
		put("", command);
		for (const struct command *inner = command->commands; inner && inner->name; inner++)
			put(command->name, inner);
	}
}

static void put_groups(void)
{
	bool first = true;

	for (const struct command *command = command_table; command->name; command++) {
		if (command->commands)
			(void)printf("%s%s", first ? "" : " | ", command->name);
		first = first && !command->commands;
	}
}

static void print_bash(void)
{
	(void)printf(
		"# bash completion for slicectl; made by slicectl completion bash\n"
		"_slicectl() {\n"
		"\tlocal current=${COMP_WORDS[COMP_CWORD]} command= words= operand=none options= i\n"
		"\tlocal valued=\"");
	put_valued(invocation_rows);
	put_cases(put_valued_of);
	(void)printf(
		" \"\n"
		"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
		"\t\tcase ${COMP_WORDS[i]} in\n"
		"\t\t--) return ;;\n"
		"\t\t=) i=$((i + 1)); continue ;;\n"
		"\t\t-*)\n"
		"\t\t\t[[ ${COMP_WORDS[i + 1]} = = || $valued != *\" ${COMP_WORDS[i]} \"* ]] || i=$((i + 1))\n"
		"\t\t\tcontinue\n"
		"\t\t\t;;\n"
		"\t\tesac\n"
		"\t\tcase $command in\n"
		"\t\t'') command=${COMP_WORDS[i]} ;;\n\t\t");
	put_groups();
	(void)printf(
		") command=\"$command ${COMP_WORDS[i]}\" ;;\n"
		"\t\tesac\n"
		"\tdone\n"
		"\t# The value of an option is being typed.\n"
		"\t((i == COMP_CWORD)) || { mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return; }\n"
		"\tcase $command in\n"
		"\t'')\n\t\twords=\"");
	put_names(command_table);
	(void)printf("\"\n\t\t;;\n");
	put_cases(put_bash_case);
	(void)printf("\tesac\n\toptions=\"$options");
	put_options(invocation_rows);
	(void)printf("\"\n"
		     "\tcase $current in\n"
		     "\t-*)\n"
		     "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\")\n"
		     "\t\t[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace\n"
		     "\t\treturn\n"
		     "\t\t;;\n"
		     "\tesac\n"
		     "\tcase $operand in\n"
		     "\tscope | slice) words=\"$words $(%s)\" ;;\n"
		     "\tpid) words=$(cd /proc && printf '%%s\\n' [0-9]*) ;;\n"
		     "\tfile) mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return ;;\n"
		     "\tesac\n"
		     "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
		     "}\n"
		     "complete -F _slicectl slicectl\n",
		     LIST_SCOPES);
}

/* 'name:summary', in single quotes, where neither may stand. */
static void put_zsh_entry(const char *name, const char *text)
{
	(void)printf(" '%s:", name);
	for (; *text; text++) {
		if (*text == '\'' || *text == ':')
			(void)putchar(' ');
		else
			(void)putchar(*text);
	}
	(void)printf("'");
}

static void put_zsh_options(const struct option_row *options)
{
	for (; options && options->name; options++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "--%s", options->name);
		put_zsh_entry(name, options->help);
	}
}

static void put_zsh_case(const char *group, const struct command *command)
{
	(void)printf("\t'%s%s%s') operand=%s; words_of=(", group, *group ? " " : "", command->name,
		     command->commands ? "none" : operand_of(command));
	for (const struct command *inner = command->commands; inner && inner->name; inner++)
		put_zsh_entry(inner->name, inner->summary);
	(void)printf("); options=(");
	put_zsh_options(rows_of(command));
	(void)printf(") ;;\n");
}

static void print_zsh(void)
{
	(void)printf(
		"#compdef slicectl\n# zsh completion for slicectl; made by slicectl completion zsh\n"
		"local command= operand=none word\n"
		"local -a words_of options\n"
		"for word in ${words[2,CURRENT-1]}; do\n"
		"\t[[ $word != -* ]] || continue\n"
		"\tcase $command in\n\t'') command=$word ;;\n\t");
	put_groups();
	(void)printf(
		") command=\"$command $word\" ;;\n\tesac\ndone\ncase $command in\n\t'') words_of=(");
	for (const struct command *command = command_table; command->name; command++)
		put_zsh_entry(command->name, command->summary);
	(void)printf(") ;;\n");
	put_cases(put_zsh_case);
	(void)printf("esac\noptions+=(");
	put_zsh_options(invocation_rows);
	(void)printf(")\n"
		     "if [[ ${words[CURRENT]} == -* ]]; then\n"
		     "\t_describe -o option options\n"
		     "elif [[ $operand == (scope|slice) ]]; then\n"
		     "\tcompadd -- ${(f)\"$(%s)\"}\n"
		     "elif [[ $operand == pid ]]; then\n"
		     "\t_pids\n"
		     "elif [[ $operand == file ]]; then\n"
		     "\t_files\n"
		     "else\n"
		     "\t_describe command words_of\n"
		     "fi\n",
		     LIST_SCOPES);
}

static void put_fish_text(const char *text)
{
	(void)putchar('\'');
	for (; *text; text++)
		(void)printf(*text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
	(void)putchar('\'');
}

static void put_fish_options(const char *condition, const struct option_row *options)
{
	for (; options && options->name; options++) {
		(void)printf("complete -c slicectl%s -l %s%s -d ", condition, options->name,
			     options->argument ? " -r" : "");
		put_fish_text(options->help);
		(void)putchar('\n');
	}
}

static void put_fish_command(const char *condition, const struct command *command)
{
	(void)printf("complete -c slicectl -f -n '%s' -a %s -d ", condition, command->name);
	put_fish_text(command->summary);
	(void)putchar('\n');
}

static void put_fish_case(const char *group, const struct command *command)
{
	char condition[256];
	const char *kind = operand_of(command);

	(void)snprintf(condition, sizeof(condition), " -n '__slicectl_is \"%s%s%s\"'", group,
		       *group ? " " : "", command->name);
	put_fish_options(condition, rows_of(command));
	if (command->commands)
		return;
	if (text_equal(kind, "scope") || text_equal(kind, "slice"))
		(void)printf("complete -c slicectl -f%s -a '(__slicectl_scopes)'\n", condition);
	else if (text_equal(kind, "pid"))
		(void)printf("complete -c slicectl -f%s -a '(__fish_complete_pids)'\n", condition);
}

static void print_fish(void)
{
	(void)printf("# fish completion for slicectl; made by slicectl completion fish\n"
		     "function __slicectl_is\n"
		     "\tset -l said\n"
		     "\tfor word in (commandline -opc)[2..-1]\n"
		     "\t\tstring match -q -- '-*' $word; or set -a said $word\n"
		     "\tend\n"
		     "\tset -l wanted (string split ' ' -- $argv[1])\n"
		     "\ttest (count $said) -ge (count $wanted); and test \"$said[1..\"(count $wanted)\"]\" = \"$argv[1]\"\n"
		     "\tor test -z \"$argv[1]\" -a (count $said) -eq 0\n"
		     "end\n"
		     "function __slicectl_scopes\n\t%s\nend\n",
		     LIST_SCOPES);
	put_fish_options("", invocation_rows);
	for (const struct command *command = command_table; command->name; command++) {
		char condition[128];

		put_fish_command("__slicectl_is \"\"", command);
		(void)snprintf(condition, sizeof(condition), "__slicectl_is \"%s\"", command->name);
		for (const struct command *inner = command->commands; inner && inner->name; inner++)
			put_fish_command(condition, inner);
	}
	put_cases(put_fish_case);
}

int cmd_completion(struct invocation *invocation, struct slicectl_error *error)
{
	const struct {
		const char *shell;
		void (*print)(void);
	} shells[] = { { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish } };

	for (size_t i = 0; i < ELEMENTS(shells); i++) {
		if (text_equal(shells[i].shell, invocation->operands[0])) {
			shells[i].print();
			return 0;
		}
	}
	return error_set(error, EINVAL, "completion: '%s' is not bash, zsh or fish",
			 TEXT_ESCAPE(invocation->operands[0]));
}
