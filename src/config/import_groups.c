/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Parses cgconfig.conf(5), which has nested sections and assignments in braces:
 *   group NAME { CONTROLLER { FILE = VALUE; … } perm { … } }
 * Only the sections group and template have equivalents in cgroup v2.
 */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "config/import.h"

enum { DEPTH_MAX = 8 };

struct scanner {
	struct import *import;
	const char *file, *at;
	unsigned line;
	char *word; /* the current word; "{", "}", "=" and ";" are words, "" is the end */
	bool quoted, was_quoted; /* the current word, and the one before it */
	struct slicectl_error *error;
};

static int scanner_refuse(const struct scanner *scanner, const char *wanted)
{
	if (*scanner->word == '\0' && !scanner->quoted)
		return error_set(scanner->error, EBADMSG, "%s:%u: expected %s, found the end",
				 scanner->file, scanner->line, wanted);
	return error_set(scanner->error, EBADMSG, "%s:%u: expected %s, found '%s'", scanner->file,
			 scanner->line, wanted, TEXT_ESCAPE(scanner->word));
}

static void skip_blanks(struct scanner *scanner)
{
	for (; *scanner->at; scanner->at++) {
		if (*scanner->at == '#')
			scanner->at += strcspn(scanner->at, "\n");
		if (*scanner->at == '\n')
			scanner->line++;
		else if (!isspace((unsigned char)*scanner->at))
			return;
	}
}

static int scanner_keep(struct scanner *scanner, size_t length)
{
	free(scanner->word);
	scanner->word = strndup(scanner->at, length);
	if (!scanner->word)
		return -ENOMEM;
	for (; length > 0; length--)
		scanner->line += *scanner->at++ == '\n';
	return 0;
}

static int scanner_next(struct scanner *scanner)
{
	size_t length;
	int r;

	skip_blanks(scanner);
	scanner->was_quoted = scanner->quoted;
	scanner->quoted = *scanner->at == '"';
	if (!scanner->quoted) {
		length = strcspn(scanner->at, "{}=;\"# \t\r\n\v\f");
		return scanner_keep(scanner, length > 0 || !*scanner->at ? length : 1);
	}
	scanner->at++;
	length = strcspn(scanner->at, "\"");
	if (scanner->at[length] != '"')
		return error_set(scanner->error, EBADMSG, "%s:%u: a quote is not closed",
				 scanner->file, scanner->line);
	r = scanner_keep(scanner, length);
	scanner->at++;
	return r;
}

static bool scanner_is_mark(const struct scanner *scanner)
{
	return !scanner->quoted && (*scanner->word == '\0' || strchr("{}=;", *scanner->word));
}

static bool scanner_is(const struct scanner *scanner, const char *word)
{
	return !scanner->quoted && text_equal(scanner->word, word);
}

static int scanner_expect(struct scanner *scanner, const char *word)
{
	int r = scanner_next(scanner);

	return r == 0 && !scanner_is(scanner, word) ? scanner_refuse(scanner, word) : r;
}

/* Skips everything up to the closing brace of the current section. */
static int skip_section(struct scanner *scanner)
{
	int depth = 1;

	while (depth > 0) {
		int r = scanner_next(scanner);

		if (r < 0)
			return r;
		if (*scanner->word == '\0' && !scanner->quoted)
			return scanner_refuse(scanner, "}");
		depth += scanner_is(scanner, "{") - scanner_is(scanner, "}");
		if (depth > DEPTH_MAX)
			return error_set(scanner->error, EBADMSG,
					 "%s:%u: sections are nested too deeply", scanner->file,
					 scanner->line);
	}
	return 0;
}

/* Reads words up to the mark @end, and joins them by blanks; there may be none. */
static int read_words(struct scanner *scanner, const char *end, char **ret_text)
{
	_cleanup_free_ char *text = strdup("");

	for (;;) {
		char *longer;
		int r = text ? scanner_next(scanner) : -ENOMEM;

		if (r < 0)
			return r;
		if (scanner_is(scanner, end))
			break;
		if (scanner_is_mark(scanner))
			return scanner_refuse(scanner, end);
		longer = text_format("%s%s%s", text, *text ? " " : "", scanner->word);
		free(text);
		text = longer;
	}
	*ret_text = TAKE_PTR(text);
	return 0;
}

/* Reads "= VALUE;"; the name of the file is the current word.  cgsnapshot(1) writes "" for
 * what is not set. */
static int read_value(struct scanner *scanner, struct import_group *group)
{
	_cleanup_free_ char *file = strdup(scanner->word), *text = NULL;
	unsigned line = scanner->line;
	int r = file ? scanner_expect(scanner, "=") : -ENOMEM;

	if (r == 0)
		r = read_words(scanner, ";", &text);
	if (r < 0)
		return r;
	if (*text == '\0' && !scanner->was_quoted)
		import_warn(scanner->import, "%s:%u: %s has no value", scanner->file, line,
			    TEXT_ESCAPE(file));
	return import_add_value(group, &(struct import_value){ .file = file,
							       .value = text_strip(text),
							       .source = scanner->file,
							       .line = line });
}

/* Reads "FILE = VALUE; …}". */
static int read_values(struct scanner *scanner, struct import_group *group)
{
	for (;;) {
		int r = scanner_next(scanner);

		if (r < 0 || scanner_is(scanner, "}"))
			return r;
		if (*scanner->word == '\0' || scanner_is_mark(scanner))
			return scanner_refuse(scanner, "the name of a parameter");
		r = read_value(scanner, group);
		if (r < 0)
			return r;
	}
}

static int read_group(struct scanner *scanner, struct import_group *group)
{
	bool permissions;
	int r;

	for (;;) {
		r = scanner_next(scanner);
		if (r < 0 || scanner_is(scanner, "}"))
			return r;
		permissions = scanner_is(scanner, "perm");
		if (*scanner->word == '\0' || scanner_is_mark(scanner))
			return scanner_refuse(scanner, "the name of a controller");
		r = scanner_expect(scanner, "{");
		if (r < 0)
			return r;
		if (permissions)
			import_warn(scanner->import,
				    "%s:%u: the permissions of group %s have no equivalent; give the slice an owner with users",
				    scanner->file, scanner->line, TEXT_ESCAPE(group->path));
		r = permissions ? skip_section(scanner) : read_values(scanner, group);
		if (r < 0)
			return r;
	}
}

/* A copy without leading and trailing slashes. */
static char *trim_path(const char *path)
{
	size_t length;

	path += strspn(path, "/");
	length = strlen(path);
	while (length > 0 && path[length - 1] == '/')
		length--;
	return strndup(path, length);
}

/* Reads "NAME { … }" of a group or a template. */
static int read_named(struct scanner *scanner, bool is_template)
{
	_cleanup_free_ char *name = NULL, *path = NULL;
	unsigned line = scanner->line;
	struct import_group *group;
	ssize_t index;
	int r = read_words(scanner, "{", &name);

	if (r == 0 && *name == '\0')
		return scanner_refuse(scanner, "the name of a group");
	path = r == 0 ? trim_path(name) : NULL;
	if (r == 0 && !path)
		r = -ENOMEM;
	if (r < 0)
		return r;
	if (*path == '\0' || text_equal(path, ".")) {
		import_warn(scanner->import,
			    "%s:%u: the root group is skipped, because it cannot be limited",
			    scanner->file, line);
		return skip_section(scanner);
	}
	index = import_group_at(scanner->import, path);
	if (index < 0)
		return (int)index;
	group = &scanner->import->groups[index];
	if (is_template) {
		group->source = scanner->file;
		group->line = line;
	}
	return read_group(scanner, group);
}

/* Why a section has no equivalent; NULL for a word that begins no section. */
static const char *why_skipped(const char *kind)
{
	static const char *const kinds[][2] = {
		{ "mount", "cgroup v2 is mounted once" },
		{ "default", "owners are set by [owner NAME]" },
		{ "namespace", "cgroup v2 has one hierarchy" },
		{ "systemd", "slices have no units" },
	};

	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		if (text_equal(kind, kinds[i][0]))
			return kinds[i][1];
	}
	return NULL;
}

static int read_section(struct scanner *scanner)
{
	_cleanup_free_ char *kind = strdup(scanner->word);
	const char *why = kind && !scanner->quoted ? why_skipped(kind) : NULL;
	int r;

	if (!kind)
		return -ENOMEM;
	if (scanner_is(scanner, "group") || scanner_is(scanner, "template"))
		return read_named(scanner, scanner_is(scanner, "template"));
	if (!why)
		return scanner_refuse(scanner, "group, template, mount, default or namespace");
	r = scanner_expect(scanner, "{");
	if (r < 0)
		return r;
	import_warn(scanner->import, "%s:%u: section %s has no equivalent: %s", scanner->file,
		    scanner->line, kind, why);
	return skip_section(scanner);
}

static int read_sections(struct scanner *scanner)
{
	for (;;) {
		int r = scanner_next(scanner);

		if (r < 0 || (*scanner->word == '\0' && !scanner->quoted))
			return r;
		r = read_section(scanner);
		if (r < 0)
			return r;
	}
}

int import_groups(struct import *import, const char *file, const char *text,
		  struct slicectl_error *error)
{
	struct scanner scanner = {
		.import = import, .file = file, .at = text, .line = 1, .error = error
	};
	int r = read_sections(&scanner);

	free(scanner.word);
	return r == -ENOMEM ? error_set(error, ENOMEM, "out of memory") : r;
}
