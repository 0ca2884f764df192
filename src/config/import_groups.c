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

enum { DEPTH_MAX = 8, WORD_MAX = 256 };

struct scanner {
	struct import *import;
	const char *file, *at;
	unsigned line;
	char word[WORD_MAX]; /* the current word; "{", "}", "=" and ";" are words, "" is the end */
	bool quoted;
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
	if (length >= sizeof(scanner->word))
		return error_set(scanner->error, EBADMSG, "%s:%u: a word has more than %d bytes",
				 scanner->file, scanner->line, WORD_MAX - 1);
	memcpy(scanner->word, scanner->at, length);
	scanner->word[length] = '\0';
	scanner->at += length;
	return 0;
}

static int scanner_next(struct scanner *scanner)
{
	size_t length;
	int r;

	skip_blanks(scanner);
	scanner->quoted = *scanner->at == '"';
	if (!scanner->quoted) {
		length = strcspn(scanner->at, "{}=;\"# \t\r\n\v\f");
		return scanner_keep(scanner, length > 0 || !*scanner->at ? length : 1);
	}
	scanner->at++;
	length = strcspn(scanner->at, "\"\n");
	if (scanner->at[length] != '"')
		return error_set(scanner->error, EBADMSG, "%s:%u: a quote is not closed",
				 scanner->file, scanner->line);
	r = scanner_keep(scanner, length);
	scanner->at++;
	return r;
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
	int depth = 1, r = 0;

	while (r == 0 && depth > 0) {
		r = scanner_next(scanner);
		if (r == 0 && *scanner->word == '\0' && !scanner->quoted)
			return scanner_refuse(scanner, "}");
		depth += scanner_is(scanner, "{") - scanner_is(scanner, "}");
		if (depth > DEPTH_MAX)
			return error_set(scanner->error, EBADMSG,
					 "%s:%u: sections are nested too deeply", scanner->file,
					 scanner->line);
	}
	return r;
}

/* Reads "FILE = VALUE; …}". */
static int read_values(struct scanner *scanner, size_t group)
{
	char file[WORD_MAX];
	int r;

	for (;;) {
		r = scanner_next(scanner);
		if (r < 0 || scanner_is(scanner, "}"))
			return r;
		if (*scanner->word == '\0' || strchr("{=;", *scanner->word))
			return scanner_refuse(scanner, "the name of a parameter");
		memcpy(file, scanner->word, sizeof(file));
		r = scanner_expect(scanner, "=");
		if (r == 0)
			r = scanner_next(scanner);
		if (r == 0 && !scanner->quoted && strchr("{}=;", *scanner->word))
			return scanner_refuse(scanner, "a value");
		if (r == 0)
			r = import_add_value(&scanner->import->groups[group], file, scanner->word);
		if (r == 0)
			r = scanner_expect(scanner, ";");
		if (r < 0)
			return r;
	}
}

static int read_group(struct scanner *scanner, size_t group)
{
	bool permissions;
	int r;

	for (;;) {
		r = scanner_next(scanner);
		if (r < 0 || scanner_is(scanner, "}"))
			return r;
		permissions = scanner_is(scanner, "perm");
		if (*scanner->word == '\0' || (!scanner->quoted && strchr("{=;", *scanner->word)))
			return scanner_refuse(scanner, "the name of a controller");
		r = scanner_expect(scanner, "{");
		if (r < 0)
			return r;
		if (permissions)
			import_warn(scanner->import,
				    "%s:%u: the permissions of group %s have no equivalent; give the slice an owner with users",
				    scanner->file, scanner->line,
				    TEXT_ESCAPE(scanner->import->groups[group].path));
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

static int read_named(struct scanner *scanner)
{
	_cleanup_free_ char *path = NULL;
	ssize_t group;
	int r = scanner_next(scanner);

	if (r < 0)
		return r;
	if (*scanner->word == '\0' || (!scanner->quoted && strchr("{}=;", *scanner->word)))
		return scanner_refuse(scanner, "the name of a group");
	path = trim_path(scanner->word);
	if (!path)
		return -ENOMEM;
	r = scanner_expect(scanner, "{");
	if (r < 0)
		return r;
	if (*path == '\0' || text_equal(path, ".")) {
		import_warn(scanner->import,
			    "%s:%u: the root group is skipped, because it cannot be limited",
			    scanner->file, scanner->line);
		return skip_section(scanner);
	}
	group = import_group_at(scanner->import, path);
	return group < 0 ? (int)group : read_group(scanner, (size_t)group);
}

static int read_section(struct scanner *scanner)
{
	char kind[WORD_MAX];
	int r;

	if (scanner_is(scanner, "group") || scanner_is(scanner, "template"))
		return read_named(scanner);
	if (!scanner_is(scanner, "mount") && !scanner_is(scanner, "default") &&
	    !scanner_is(scanner, "namespace") && !scanner_is(scanner, "systemd"))
		return scanner_refuse(scanner, "group, template, mount, default or namespace");
	memcpy(kind, scanner->word, sizeof(kind));
	r = scanner_expect(scanner, "{");
	if (r == 0)
		import_warn(scanner->import, "%s:%u: section %s has no equivalent: %s",
			    scanner->file, scanner->line, kind,
			    text_equal(kind, "mount") ? "cgroup v2 is mounted once" :
							"owners are set by [owner NAME]");
	return r < 0 ? r : skip_section(scanner);
}

int import_groups(struct import *import, const char *file, const char *text,
		  struct slicectl_error *error)
{
	struct scanner scanner = {
		.import = import, .file = file, .at = text, .line = 1, .error = error
	};
	int r;

	for (;;) {
		r = scanner_next(&scanner);
		if (r < 0 || (*scanner.word == '\0' && !scanner.quoted))
			return r;
		r = read_section(&scanner);
		if (r == -ENOMEM)
			return error_set(error, ENOMEM, "out of memory");
		if (r < 0)
			return r;
	}
}
