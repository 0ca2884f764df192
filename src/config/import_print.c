/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Prints what was imported as a configuration below workload.slice. */

#include "config/import_print.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "config/import_path.h"

/* The limits of a template are those of the scopes that a rule makes. */
static bool is_used(const struct import *import, const struct import_group *template)
{
	for (size_t i = 0; i < import->n_rules; i++) {
		if (!import->rules[i].ignores && text_equal(import->rules[i].limits, template->path))
			return true;
	}
	return false;
}

static void tell_unused(struct import *import, FILE *out, const struct import_group *group)
{
	if (!group->source || is_used(import, group))
		return;
	import_warn(import,
		    "%s:%u: template %s is left out: no rule of these files has this destination",
		    group->source, group->line, TEXT_ESCAPE(group->path));
	(void)fprintf(out, "\n# %s:%u: template left out, because no rule has its destination\n",
		      group->source, group->line);
	import_put_values(out, group, "#");
}

/* A group becomes a slice if no rule places processes in it or if it has child groups. */
static void print_groups(struct import *import, FILE *out)
{
	for (size_t i = 0; i < import->n_groups; i++) {
		const struct import_group *group = &import->groups[i];

		if (strchr(group->path, '%')) {
			tell_unused(import, out, group);
			continue;
		}
		if (import_is_destination(import, group->path) &&
		    !import_has_below(import, group->path))
			continue;
		if (group->source && import_renames(group->path))
			import_warn(import,
				    "%s:%u: group %s has another name here, because slicectl allows fewer names of groups",
				    group->source, group->line, TEXT_ESCAPE(group->path));
		(void)fputs("\n[slice ", out);
		import_put_slice(out, group->path);
		(void)fputs("]\n", out);
		import_put_values(out, group, "");
	}
}

/* Every slice needs a section, so parents that the files do not have are added. */
static int add_parents(struct import *import, const char *path)
{
	_cleanup_free_ char *parent = import_flatten(path);
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
	char *flat = import_flatten(rule->destination);

	if (!flat)
		return -ENOMEM;
	if (!rule->ignores && !text_equal(flat, rule->destination))
		import_warn(import,
			    "%s:%u: only the name of a scope may have specifiers: %s becomes %s",
			    rule->file, rule->line, TEXT_ESCAPE(rule->destination),
			    TEXT_ESCAPE(flat));
	rule->limits = rule->destination;
	rule->destination = flat;
	if (rule->ignores)
		return 0;
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

/* Libcgroup uses a group that exists instead of the template. */
static void tell_shadowed(struct import *import, const struct import_rule *rule)
{
	for (size_t i = 0; i < import->n_groups && !rule->ignores; i++) {
		const struct import_group *group = &import->groups[i];

		if (group->n_values > 0 && !strchr(group->path, '%') &&
		    import_can_become(rule->limits, group->path))
			import_warn(import,
				    "%s:%u: the limits of group %s are not those of a scope of %s; add a rule for it before this one",
				    rule->file, rule->line, TEXT_ESCAPE(group->path),
				    TEXT_ESCAPE(rule->limits));
	}
}

int import_print(struct import *import, FILE *out)
{
	int r = settle_all(import);

	if (r < 0)
		return r;
	(void)fprintf(out, "[slice workload.slice]\nowner = workload\n");
	print_groups(import, out);
	for (size_t i = 0; i < import->n_rules; i++) {
		tell_shadowed(import, &import->rules[i]);
		import_print_rule(import, out, &import->rules[i], i + 1);
	}
	return 0;
}
