/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family/facts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rule/fact.h"
#include "supervisor/family/family.h"

enum { FACT_SIZE = 64 * 1024 };

/* Writes the name of the rule of which @process is a root or, if @member is set, the name of the
 * rule of the family that it is a member of. */
static void put_rule(FILE *stream, const struct process *process, bool member)
{
	const struct family *family = family_of(process->members);

	if (family && (member || process->type == PROCESS_ROOT))
		(void)fprintf(stream, "%s%c", family->rule->name, '\0');
}

/* Values of the keys parent and ancestor, one element a rule: the rule of the parent, or the rules
 * of the process and of all its ancestors. */
static ssize_t facts_lineage(const struct facts *facts, enum rule_key key, char **ret_bytes)
{
	const struct process *process = table_find(&facts->node->table, facts->pid);
	size_t size = 0;
	FILE *stream = open_memstream(ret_bytes, &size);

	if (!stream)
		return -ENOMEM;
	if (key == RULE_KEY_PARENT && process && process->parent)
		put_rule(stream, process->parent, false);
	/* A member by descent is in its family even when the root has exited. */
	if (key == RULE_KEY_ANCESTOR && process && process->type != PROCESS_ROOT)
		put_rule(stream, process, true);
	for (process = process ? process->parent : NULL; process && key == RULE_KEY_ANCESTOR;
	     process = process->parent)
		put_rule(stream, process, true);
	return text_close(stream, ret_bytes) == 0 ? (ssize_t)size : -ENOMEM;
}

/* Keeps why a fact is missing. */
static void note_missing(struct facts *facts, ssize_t code)
{
	facts->waits = facts->waits || code == -EINPROGRESS;
	facts->overdue = facts->overdue || code == -ETIMEDOUT;
	facts->refused = facts->refused || code == -EBUSY;
}

static ssize_t read_fact(struct facts *facts, enum rule_key key)
{
	char *bytes;
	ssize_t n;

	if (facts->hidden & (1U << key))
		return -EACCES;
	if (!fact_file(key))
		return facts_lineage(facts, key, &facts->bytes[key]);
	bytes = facts->bytes[key] = malloc(FACT_SIZE + 1);
	if (!bytes)
		return -ENOMEM;
	n = view_read(&facts->node->view, facts->pid, fact_file(key), bytes, FACT_SIZE);
	note_missing(facts, n);
	return n < 0 ? n : fact_of(key, bytes, (size_t)n);
}

ssize_t facts_read(void *data, enum rule_key key, const char **ret_bytes)
{
	struct facts *facts = data;

	if (!facts->bytes[key])
		facts->lengths[key] = read_fact(facts, key);
	*ret_bytes = facts->bytes[key];
	return facts->lengths[key];
}

char *facts_copy(struct facts *facts, enum rule_key key)
{
	const char *bytes;
	ssize_t n = facts_read(facts, key, &bytes);

	return n < 0 ? NULL : strndup(bytes, (size_t)n);
}

void facts_done(struct facts *facts)
{
	for (int key = 0; key < _RULE_KEY_MAX; key++)
		free(facts->bytes[key]);
}
