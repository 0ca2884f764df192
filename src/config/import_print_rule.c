/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Prints rules.  Libcgroup knows a process by the path or the base name of its program, and a
 * script by those of the script.  The exe of a script is its interpreter, and its comm is at
 * most 15 bytes of its base name; its path is an element of the command line.
 */

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "config/authority.h"
#include "config/import_path.h"
#include "config/import_print.h"
#include "config/import_script.h"

enum {
	COMM_MAX = 15,
	TAIL_MAX = 24,    /* bytes of a base name that "name*" leaves open */
	VALUES_MAX = 170, /* bytes of one line of values */
};

static const char wildcards[] = "*?[\\";

static bool is_known(const char *user)
{
	uint32_t id;

	if (text_equal(user, "*"))
		return true;
	return *user == '@' ? authority_find_group(user + 1, &id) : authority_find_user(user, &id);
}

/* Prints @text inside double quotes; in a @glob it stands for itself. */
static void put_inside(FILE *out, const char *text, size_t length, bool glob)
{
	for (size_t i = 0; i < length; i++) {
		if (glob && strchr(wildcards, text[i]))
			(void)fputs("\\\\", out);
		if (strchr("\"\\", text[i]))
			(void)fputc('\\', out);
		(void)fputc(text[i], out);
	}
}

/* A name that has blanks needs quotes. */
static void put_word(FILE *out, const char *text)
{
	const char *quote = strpbrk(text, " \t\"") ? "\"" : "";

	(void)fputs(quote, out);
	if (*quote)
		put_inside(out, text, strlen(text), false);
	else
		(void)fputs(text, out);
	(void)fputs(quote, out);
}

static const char *base_of(const char *process)
{
	const char *slash = strrchr(process, '/');

	return slash ? slash + 1 : process;
}

static bool has_star(const char *process)
{
	return text_ends_with(process, "*");
}

/* A '*' of exe matches slashes, so that a base name takes one pattern for each length. */
static void put_base_patterns(FILE *out, const char *process, const char *comment)
{
	size_t stem = strlen(process) - 1, width = 0;

	for (size_t tail = 0; tail <= TAIL_MAX; tail++) {
		if (width == 0)
			(void)fprintf(out, "%sexe =", comment);
		(void)fputs(" \"*/", out);
		put_inside(out, process, stem, true);
		for (size_t i = 0; i < tail; i++)
			(void)fputs("[!/]", out);
		(void)fputc('"', out);
		width += 2 * stem + 4 * tail + 6;
		if (width + 2 * stem + 4 * tail > VALUES_MAX || tail == TAIL_MAX) {
			(void)fputc('\n', out);
			width = 0;
		}
	}
}

static void put_glob(FILE *out, const char *key, const char *process, const char *comment)
{
	size_t length = strlen(process) - has_star(process);

	(void)fprintf(out, "%s%s = \"%s", comment, key, *process == '/' ? "" : "*/");
	put_inside(out, process, length, true);
	(void)fprintf(out, "%s\"\n", has_star(process) ? "*" : "");
}

/* Whether comm takes the name: it refuses what looks like a pattern. */
static bool is_exact_name(const char *name)
{
	return !strpbrk(name, "*?");
}

static bool is_by_comm(const char *process)
{
	return *process != '/' && strlen(process) <= COMM_MAX && is_exact_name(process);
}

static void put_program(FILE *out, const char *process, const char *comment)
{
	if (is_by_comm(process)) {
		(void)fprintf(out, "%scomm = \"", comment);
		put_inside(out, process, strlen(process), false);
		(void)fputs("\"\n", out);
	} else if (has_star(process) && *process != '/') {
		put_base_patterns(out, process, comment);
	} else {
		put_glob(out, "exe", process, comment);
	}
}

/* A script of env(1) is called as its interpreter after a moment. */
static void put_script(FILE *out, const char *process, const char *comment)
{
	_cleanup_free_ char *program = *process == '/' ? import_script_program(process) : NULL;
	const char *base = base_of(process);

	if (!is_exact_name(base)) {
		put_glob(out, "arg", process, comment);
		return;
	}
	(void)fprintf(out, "%scomm = \"", comment);
	put_inside(out, base, strnlen(base, COMM_MAX), false);
	(void)fputs("\"", out);
	if (program) {
		(void)fputs(" \"", out);
		put_inside(out, program, strnlen(program, COMM_MAX), false);
		(void)fputs("\"", out);
	}
	(void)fputs("\n", out);
	put_glob(out, "arg", process, comment);
	if (*process == '/')
		return;
	(void)fprintf(out, "%sarg = \"", comment); /* where it was started in its directory */
	put_inside(out, process, strlen(process), true);
	(void)fputs("\"\n", out);
}

/* An ignore rule of libcgroup leaves alone the processes that are in the destination. */
static void put_ignored(FILE *out, const struct import *import, const struct import_rule *rule,
			const char *comment)
{
	const char *path = rule->destination;

	if (*path == '\0' || text_equal(path, "*"))
		return;
	for (size_t i = 0; i < 2; i++) {
		(void)fprintf(out, "%scgroup = \"/", comment);
		put_inside(out, path, strlen(path), true);
		(void)fputs(i == 0 ? "\"\n" : "/*\"\n", out);
	}
	if (!import_find_group(import, path))
		return;
	(void)fprintf(out, "%scgroup = */", comment);
	import_put_slice(out, path);
	(void)fputs("/*\n", out);
}

static void put_user(FILE *out, const struct import_rule *rule, const char *comment)
{
	bool is_group = *rule->user == '@';

	if (text_equal(rule->user, "*"))
		return;
	(void)fprintf(out, "%s%s = ", comment, is_group ? "member" : "user");
	put_word(out, rule->user + is_group);
	(void)fputc('\n', out);
}

static void put_action(const struct import *import, FILE *out, const struct import_rule *rule,
		       const char *comment)
{
	const struct import_group *group = import_find_group(import, rule->limits);
	const char *path = rule->destination;

	(void)fprintf(out, "%saction = %s\n", comment, rule->ignores ? "ignore" : "place");
	if (rule->ignores)
		return;
	(void)fprintf(out, "%sscope = ", comment);
	import_put_scope(out, import, path);
	(void)fputc('\n', out);
	if (group && !import_has_below(import, path))
		import_put_values(out, group, comment);
	/* cgrulesengd decides at each exec, also of what it has placed before. */
	(void)fprintf(out, "%sfrom-families = yes\n", comment);
}

static bool is_any(const struct import_rule *rule)
{
	return !rule->process || text_equal(rule->process, "*");
}

static void put_rule(struct import *import, FILE *out, const struct import_rule *rule,
		     const char *comment, bool script)
{
	put_user(out, rule, comment);
	if (script)
		put_script(out, rule->process, comment);
	else if (!is_any(rule))
		put_program(out, rule->process, comment);
	else if (text_equal(rule->user, "*"))
		(void)fprintf(out, "%sexe = *\n", comment);
	if (rule->ignores)
		put_ignored(out, import, rule, comment);
	put_action(import, out, rule, comment);
}

static bool is_plain(const char *text)
{
	size_t length = text ? strlen(text) : 0;

	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	}
	return length <= 150;
}

/* Why a rule cannot be used here; NULL if it can. */
static const char *find_obstacle(const struct import_rule *rule)
{
	if (!is_plain(rule->user) || !is_plain(rule->process))
		return "the user or process cannot be written in a rule";
	if (!is_any(rule) && *rule->process != '/' && strchr(rule->process, '/'))
		return "a path must begin with '/'";
	return NULL;
}

/* Warns, and leaves a comment. */
static void tell(struct import *import, FILE *out, const struct import_rule *rule,
		 const char *format, ...) __attribute__((format(printf, 4, 5)));
static void tell(struct import *import, FILE *out, const struct import_rule *rule,
		 const char *format, ...)
{
	_cleanup_free_ char *sentence = NULL;
	va_list arguments;
	int r;

	va_start(arguments, format);
	r = vasprintf(&sentence, format, arguments);
	va_end(arguments);
	if (r < 0) {
		sentence = NULL;
		return;
	}
	import_warn(import, "%s:%u: %s", rule->file, rule->line, sentence);
	import_put_comment(out, "# ", sentence);
}

/* Whether the rule can be used here. */
static bool tell_obstacle(struct import *import, FILE *out, const struct import_rule *rule)
{
	const char *obstacle = find_obstacle(rule);

	if (obstacle)
		tell(import, out, rule, "%s; the rule is commented out", obstacle);
	return !obstacle;
}

static void tell_rule(struct import *import, FILE *out, const struct import_rule *rule)
{
	const char *path = rule->destination;

	if (rule->ignores)
		return;
	if (text_equal(rule->user, "*") && is_any(rule))
		tell(import, out, rule,
		     "this rule matches every process that no earlier rule matches");
	else if (!is_any(rule) && has_star(rule->process))
		tell(import, out, rule,
		     "%s matches programs but not scripts, whose names have no pattern",
		     TEXT_ESCAPE(rule->process));
	if (import_renames(path))
		tell(import, out, rule,
		     "%s has another name here, because slicectl allows fewer names of groups",
		     TEXT_ESCAPE(path));
	if (!is_known(rule->user))
		tell(import, out, rule,
		     "there is no %s on this machine; the rule is off until there is",
		     TEXT_ESCAPE(rule->user));
	if (strstr(path, "%g") || strstr(path, "%G"))
		tell(import, out, rule,
		     "%%g and %%G have no equivalent in the name of a scope, so all groups share one");
}

void import_print_rule(struct import *import, FILE *out, const struct import_rule *rule,
		       size_t number)
{
	const char *comment;

	(void)fprintf(out, "\n# %s:%u\n", rule->file, rule->line);
	comment = tell_obstacle(import, out, rule) ? "" : "#";
	tell_rule(import, out, rule);
	(void)fprintf(out, "%s[rule imported-%zu]\n", comment, number);
	put_rule(import, out, rule, comment, false);
	if (is_any(rule) || is_by_comm(rule->process) || has_star(rule->process))
		return;
	(void)fprintf(out, "\n# %s:%u, for a script\n%s[rule imported-%zu-script]\n", rule->file,
		      rule->line, comment, number);
	put_rule(import, out, rule, comment, true);
}
