/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Prints what was imported as a configuration below workload.slice.  A group of libcgroup
 * can have both processes and child groups.  Here slices contain slices and scopes, and only
 * scopes have processes: "a/b" becomes the scope b in a.slice.  If a/b has child groups, it
 * becomes b.slice with a scope b in it.
 */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "config/authority.h"
#include "config/import.h"

/* A name must not end with a suffix that slicectl appends to slices and scopes. */
static bool is_suffix(const char *text, size_t length)
{
	return (length == 6 && memcmp(text, ".slice", 6) == 0) ||
	       (length == 6 && memcmp(text, ".scope", 6) == 0);
}

/* Characters that a name may not have become '_', and specifiers become those of slicectl. */
static void put_component(FILE *out, const char *text, size_t length)
{
	if (length == 0 || strchr(".-", *text))
		(void)fputc('_', out);
	for (size_t i = 0; i < length; i++) {
		char next = i + 1 < length ? text[i + 1] : '\0';
		static const char theirs[] = "uUpP", ours[] = "uUcp";
		const char *at = text[i] == '%' && next ? strchr(theirs, next) : NULL;

		if (text[i] == '\\' && next == '%')
			i++;
		if (at)
			(void)fprintf(out, "%%%c", ours[at - theirs]);
		else if (isalnum((unsigned char)text[i]) || strchr("_-:@", text[i]) ||
			 (text[i] == '.' && !is_suffix(text + i, length - i)))
			(void)fputc(text[i], out);
		else
			(void)fputc('_', out);
		i += at != NULL;
	}
}

/* A slice for each component of @path; for the last one only when @all. */
static void print_slices(FILE *out, const char *path, bool all)
{
	(void)fputs("workload.slice", out);
	for (const char *slash; (slash = strchr(path, '/')) || all; path = slash + 1) {
		size_t length = slash ? (size_t)(slash - path) : strlen(path);

		(void)fputc('/', out);
		put_component(out, path, length);
		(void)fputs(".slice", out);
		if (!slash)
			return;
	}
}

static bool is_below(const char *path, const char *above)
{
	size_t length = strlen(above);

	return strncmp(path, above, length) == 0 && path[length] == '/';
}

/* Whether there are groups or destinations below @path. */
static bool has_below(const struct import *import, const char *path)
{
	for (size_t i = 0; i < import->n_groups; i++) {
		if (is_below(import->groups[i].path, path))
			return true;
	}
	for (size_t i = 0; i < import->n_rules; i++) {
		if (is_below(import->rules[i].destination, path))
			return true;
	}
	return false;
}

/* Only the name of a scope may have specifiers, so all components from the first one with a
 * specifier are joined. */
static char *flatten(const char *destination)
{
	char *flat = strdup(destination), *varies = flat ? strchr(flat, '%') : NULL;

	for (; varies && *varies; varies++) {
		if (*varies == '/')
			*varies = '-';
	}
	return flat;
}

static void put_scope(FILE *out, const struct import *import, const char *path)
{
	bool below = has_below(import, path);
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	print_slices(out, path, below);
	(void)fputc('/', out);
	put_component(out, name, strlen(name));
}

static void put_values(FILE *out, const struct import_group *group, const char *comment)
{
	for (size_t i = 0; i < group->n_values; i++)
		(void)fprintf(out, "%s%s = %s\n", comment, group->values[i].file,
			      group->values[i].value);
}

static const struct import_group *find_group(const struct import *import, const char *path)
{
	for (size_t i = 0; i < import->n_groups; i++) {
		if (text_equal(import->groups[i].path, path))
			return &import->groups[i];
	}
	return NULL;
}

static bool is_destination(const struct import *import, const char *path)
{
	for (size_t i = 0; i < import->n_rules; i++) {
		if (text_equal(import->rules[i].destination, path))
			return true;
	}
	return false;
}

/* A group becomes a slice if no rule places processes in it or if it has child groups. */
static void print_groups(FILE *out, const struct import *import)
{
	for (size_t i = 0; i < import->n_groups; i++) {
		const struct import_group *group = &import->groups[i];

		if (strchr(group->path, '%') ||
		    (is_destination(import, group->path) && !has_below(import, group->path)))
			continue;
		(void)fputs("\n[slice ", out);
		print_slices(out, group->path, true);
		(void)fputs("]\n", out);
		put_values(out, group, "");
	}
}

/* Every slice needs a section, so parents that the files do not have are added. */
static int add_parents(struct import *import, const char *path)
{
	_cleanup_free_ char *parent = flatten(path);
	char *slash = parent ? strrchr(parent, '/') : NULL;
	int r = 0;

	if (!parent)
		return -ENOMEM;
	for (; slash && r == 0; slash = strrchr(parent, '/')) {
		*slash = '\0';
		r = import_group_at(import, parent) < 0 ? -ENOMEM : 0;
	}
	return r;
}

/* The limits of a template are found by the original destination. */
static int settle_destination(struct import *import, struct import_rule *rule)
{
	char *flat = flatten(rule->destination);

	if (!flat)
		return -ENOMEM;
	if (!text_equal(flat, rule->destination))
		import_warn(import,
			    "%s:%u: only the name of a scope may have specifiers: %s becomes %s",
			    rule->file, rule->line, TEXT_ESCAPE(rule->destination),
			    TEXT_ESCAPE(flat));
	rule->limits = rule->destination;
	rule->destination = flat;
	if (*flat == '\0') {
		import_warn(import,
			    "%s:%u: the destination is the root group, so the rule becomes action = ignore",
			    rule->file, rule->line);
		rule->ignores = true;
		return 0;
	}
	return add_parents(import, flat);
}

static int compare_groups(const void *a, const void *b)
{
	return strcmp(((const struct import_group *)a)->path,
		      ((const struct import_group *)b)->path);
}

static int settle_all(struct import *import)
{
	size_t groups = import->n_groups;
	int r = 0;

	for (size_t i = 0; r == 0 && i < groups; i++)
		r = add_parents(import, import->groups[i].path);
	for (size_t i = 0; r == 0 && i < import->n_rules; i++)
		r = settle_destination(import, &import->rules[i]);
	if (import->n_groups > 0)
		qsort(import->groups, import->n_groups, sizeof(*import->groups), compare_groups);
	return r;
}

static bool is_known(const char *user)
{
	uint32_t id;

	if (text_equal(user, "*"))
		return true;
	return *user == '@' ? authority_find_group(user + 1, &id) : authority_find_user(user, &id);
}

/* comm has at most 15 bytes of a name and takes no patterns; exe takes patterns. */
static void put_process(FILE *out, const char *process, const char *comment)
{
	if (*process == '/')
		(void)fprintf(out, "%sexe = \"%s\"\n", comment, process);
	else if (strlen(process) > 15 || strchr(process, '*'))
		(void)fprintf(out, "%sexe = \"*/%s\"\n", comment, process);
	else
		(void)fprintf(out, "%scomm = \"%s\"\n", comment, process);
}

static void put_keys(FILE *out, const struct import_rule *rule, const char *comment)
{
	if (*rule->user == '@')
		(void)fprintf(out, "%sgroup = %s\n", comment, rule->user + 1);
	else if (!text_equal(rule->user, "*"))
		(void)fprintf(out, "%suser = %s\n", comment, rule->user);
	if (rule->process)
		put_process(out, rule->process, comment);
	if (text_equal(rule->user, "*") && !rule->process)
		(void)fprintf(out, "%sexe = *\n", comment);
}

static bool is_plain(const char *text)
{
	return !text || (strlen(text) <= 150 && !strpbrk(text, "\"\\\n") &&
			 text_equal(TEXT_ESCAPE(text), text));
}

static void print_rule(struct import *import, FILE *out, const struct import_rule *rule,
		       size_t number)
{
	const struct import_group *group = find_group(import, rule->limits);
	const char *path = rule->destination, *comment = "";

	if (!is_plain(rule->user) || !is_plain(rule->process)) {
		comment = "#";
		import_warn(import,
			    "%s:%u: the user or process cannot be written in a rule; the rule is commented out",
			    rule->file, rule->line);
	} else if (!is_known(rule->user)) {
		comment = "#";
		import_warn(import,
			    "%s:%u: there is no %s on this machine; the rule is commented out",
			    rule->file, rule->line, TEXT_ESCAPE(rule->user));
	}
	if (text_equal(rule->user, "*") && !rule->process)
		import_warn(import,
			    "%s:%u: this rule matches every process that no earlier rule matches",
			    rule->file, rule->line);
	if (strstr(path, "%g") || strstr(path, "%G"))
		import_warn(import, "%s:%u: %%g and %%G have no equivalent in the name of a scope",
			    rule->file, rule->line);
	(void)fprintf(out, "\n# %s:%u\n%s[rule imported-%zu]\n", rule->file, rule->line, comment,
		      number);
	put_keys(out, rule, comment);
	(void)fprintf(out, "%saction = %s\n", comment, rule->ignores ? "ignore" : "place");
	if (rule->ignores)
		return;
	(void)fprintf(out, "%sscope = ", comment);
	put_scope(out, import, path);
	(void)fputc('\n', out);
	if (group && !has_below(import, path))
		put_values(out, group, comment);
}

int import_print(struct import *import, FILE *out)
{
	int r = settle_all(import);

	(void)fprintf(out, "[slice workload.slice]\nowner = workload\n");
	print_groups(out, import);
	for (size_t i = 0; r == 0 && i < import->n_rules; i++)
		print_rule(import, out, &import->rules[i], i + 1);
	return r;
}
