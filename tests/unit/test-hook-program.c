/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/hook_program.h"

#include "test.h"

static const struct procfs_stat subject = { .pid = 4711, .comm = "java", .start_ticks = 123456 };

static const struct hook_match_text match = { .rule = "mend",
					      .reason = "process-match: java",
					      .scope = "a.slice/hook-mend.scope",
					      .boot_id = "00000000-0000-4000-8000-000000000000",
					      .subject = &subject };

/* Value of a variable, or NULL. */
static const char *variable(const struct hook_program *program, const char *name)
{
	size_t length = strlen(name);

	for (const char *const *entry = program->spawn.envp; *entry; entry++) {
		if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
			return *entry + length + 1;
	}
	return NULL;
}

static size_t count(const char *const *list)
{
	size_t n = 0;

	while (list[n])
		n++;
	return n;
}

static void the_environment_describes_the_match(void)
{
	char *command[] = { (char *)"/bin/true", NULL };
	struct hook_program program = { 0 };

	CHECK_FATAL(hook_program_fill(&program, command, &match) == 0);
	CHECK_TEXT(variable(&program, "SLICECTL_RULE"), "mend");
	CHECK_TEXT(variable(&program, "SLICECTL_REASON"), "process-match: java");
	CHECK_TEXT(variable(&program, "SLICECTL_PID"), "4711");
	CHECK_TEXT(variable(&program, "SLICECTL_COMM"), "java");
	CHECK_TEXT(variable(&program, "SLICECTL_START_TICKS"), "123456");
	CHECK_TEXT(variable(&program, "SLICECTL_BOOT_ID"), match.boot_id);
	CHECK_TEXT(variable(&program, "SLICECTL_SCOPE"), "a.slice/hook-mend.scope");
	/* 2023-11-14T22:13:20.123456Z */
	CHECK_INT(strlen(variable(&program, "SLICECTL_TIME")), 27);
	hook_program_done(&program);
}

/* LD_PRELOAD, or what a service manager hands to the daemon, is not for a hook. */
static void nothing_of_our_environment_is_handed_on(void)
{
	char *command[] = { (char *)"/bin/true", NULL };
	struct hook_program program = { 0 };

	(void)setenv("SLICECTL_TEST", "mine", 1);
	(void)setenv("PATH", "/tmp/evil", 1);
	CHECK_FATAL(hook_program_fill(&program, command, &match) == 0);
	CHECK(!variable(&program, "SLICECTL_TEST"));
	CHECK(!variable(&program, "HOME"));
	CHECK(!strstr(variable(&program, "PATH"), "/tmp/evil"));
	CHECK_HAS(variable(&program, "PATH"), "/usr/bin");
	CHECK(count(program.spawn.envp) <= HOOK_ENVIRONMENT_MAX);
	hook_program_done(&program);
}

/* No shell reads it, so nothing is escaped, and a name cannot add a variable. */
static void values_are_bytes(void)
{
	static const struct procfs_stat odd = { .pid = 1, .comm = "a=b\nPATH=/x $(id) \xff" };
	struct hook_match_text text = match;
	char *command[] = { (char *)"/bin/true", NULL };
	struct hook_program program = { 0 }, plain = { 0 };

	text.subject = &odd;
	CHECK_FATAL(hook_program_fill(&program, command, &text) == 0);
	CHECK_FATAL(hook_program_fill(&plain, command, &match) == 0);
	CHECK_TEXT(variable(&program, "SLICECTL_COMM"), odd.comm);
	CHECK_INT(count(program.spawn.envp), count(plain.spawn.envp));
	hook_program_done(&program);
	hook_program_done(&plain);
}

/* The rule may be gone when the hook starts. */
static void the_command_is_a_copy(void)
{
	char file[] = "/usr/bin/mend", argument[] = "two words";
	char *command[] = { file, argument, (char *)"", NULL };
	struct hook_program program = { 0 };

	CHECK_FATAL(hook_program_fill(&program, command, &match) == 0);
	file[1] = argument[0] = 'X';
	command[0] = NULL;
	CHECK_TEXT(program.spawn.file, "/usr/bin/mend");
	CHECK_FATAL(count(program.spawn.argv) == 3);
	CHECK_TEXT(program.spawn.argv[0], "/usr/bin/mend");
	CHECK_TEXT(program.spawn.argv[1], "two words");
	CHECK_TEXT(program.spawn.argv[2], "");
	CHECK(program.spawn.as_service);
	hook_program_done(&program);
}

static void what_was_never_filled_can_be_freed(void)
{
	struct hook_program program = { 0 };

	hook_program_done(&program);
	CHECK(!program.command);
}

TEST_MAIN("hook_program", CASE(the_environment_describes_the_match),
	  CASE(nothing_of_our_environment_is_handed_on), CASE(values_are_bytes),
	  CASE(the_command_is_a_copy), CASE(what_was_never_filled_can_be_freed))
