/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Parses cgrules.conf(5), lines of "USER[:PROCESS] CONTROLLERS DESTINATION [OPTIONS]".  A
 * field, or the process in it, that has blanks is quoted. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "config/import.h"

enum { FIELDS_MAX = 4 };

static const char blanks[] = " \t\r\f\v";

/* Reads one field at @in to *@out, without its quotes, and ends it with NUL.  Returns the
 * text after it, or NULL for a quote that is not closed. */
static char *take_field(char *in, char **out)
{
	char quote = '\0', *start = in;

	for (; *in && (quote || (!strchr(blanks, *in) && *in != '#')); in++) {
		if (quote ? *in == quote :
			    (*in == '"' || *in == '\'') && (in == start || in[-1] == ':'))
			quote = quote ? '\0' : *in;
		else
			*(*out)++ = *in;
	}
	if (quote)
		return NULL;
	if (*in == '#')
		*in = '\0';
	else if (*in)
		in++;
	*(*out)++ = '\0';
	return in;
}

/* Number of fields, of which the first are in @fields; or -EBADMSG. */
static int split(char *line, char *fields[FIELDS_MAX])
{
	char *out = line;
	int n = 0;

	for (char *in = line + strspn(line, blanks); *in && *in != '#'; in += strspn(in, blanks)) {
		if (n < FIELDS_MAX)
			fields[n] = out;
		n++;
		in = take_field(in, &out);
		if (!in)
			return -EBADMSG;
	}
	return n;
}

static char *trim_in_place(char *path)
{
	size_t length = strlen(path);

	while (length > 0 && path[length - 1] == '/')
		path[--length] = '\0';
	path += strspn(path, "/");
	return text_equal(path, ".") ? path + 1 : path;
}

/* "%" stands for the same processes in another hierarchy, but cgroup v2 has only one. */
static void take_ditto(struct import *import, const char *file, unsigned line,
		       const char *destination)
{
	const struct import_rule *before = import->n_rules ? &import->rules[import->n_rules - 1] :
							     NULL;

	if (!before)
		import_warn(import, "%s:%u: '%%' continues a rule, but there is no rule before it",
			    file, line);
	else if (!text_equal(before->destination, destination))
		import_warn(import,
			    "%s:%u: a process is in one cgroup for all controllers: it is placed in %s, not in %s",
			    file, line, TEXT_ESCAPE(before->destination), TEXT_ESCAPE(destination));
}

static void take_options(struct import *import, struct import_rule *rule, char *options)
{
	char *saved = NULL;

	for (char *option = strtok_r(options, ",", &saved); option;
	     option = strtok_r(NULL, ",", &saved)) {
		if (text_equal(option, "ignore"))
			rule->ignores = true;
		else
			import_warn(import, "%s:%u: option %s has no equivalent", rule->file,
				    rule->line, TEXT_ESCAPE(option));
	}
}

static int import_add_rule(struct import *import, char *const fields[FIELDS_MAX], int n,
			   const char *file, unsigned line)
{
	struct import_rule *rule = reallocarray(import->rules, import->n_rules + 1, sizeof(*rule));
	char *colon = strchr(fields[0], ':');

	if (!rule)
		return -ENOMEM;
	import->rules = rule;
	rule += import->n_rules++;
	*rule = (struct import_rule){ .file = file, .line = line };
	if (colon)
		*colon = '\0';
	rule->user = strdup(fields[0]);
	rule->process = colon && colon[1] ? strdup(colon + 1) : NULL;
	rule->destination = strdup(trim_in_place(fields[2]));
	if (n > 3)
		take_options(import, rule, fields[3]);
	if (n > FIELDS_MAX)
		import_warn(import,
			    "%s:%u: the rule has more than %d fields; quote a name that has blanks",
			    file, line, (int)FIELDS_MAX);
	return rule->user && rule->destination && (rule->process || !colon || !colon[1]) ? 0 :
											   -ENOMEM;
}

static int take_line(struct import *import, char *line, const char *file, unsigned number,
		     struct slicectl_error *error)
{
	char *fields[FIELDS_MAX];
	int n = split(line, fields);

	if (n == 0)
		return 0;
	if (n < 0)
		return error_set(error, EBADMSG, "%s:%u: a quote is not closed", file, number);
	if (n < 3)
		return error_set(error, EBADMSG,
				 "%s:%u: a rule must have the form USER[:PROCESS] CONTROLLERS DESTINATION [OPTIONS]",
				 file, number);
	if (text_equal(fields[0], "%") || text_starts_with(fields[0], "%:")) {
		take_ditto(import, file, number, trim_in_place(fields[2]));
		return 0;
	}
	return import_add_rule(import, fields, n, file, number) < 0 ?
		       error_set(error, ENOMEM, "out of memory") :
		       0;
}

int import_rules(struct import *import, const char *file, const char *text,
		 struct slicectl_error *error)
{
	_cleanup_free_ char *copy = strdup(text);
	unsigned number = 0;
	int r = 0;

	if (!copy)
		return error_set(error, ENOMEM, "out of memory");
	for (char *line = copy, *rest; r == 0 && line; line = rest) {
		rest = strchr(line, '\n');
		if (rest)
			*rest++ = '\0';
		r = take_line(import, line, file, ++number, error);
	}
	return r;
}
