/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* In place of the writer of the audit log: each record of a rule is compared with the world. */

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/container.h"
#include "base/text.h"
#include "fuzz.h"
#include "supervisor/report/audit_writer.h"
#include "world.h"

/* Which name and which user a record of a rule needs. */
static const struct {
	const char *rule;
	unsigned name;
	bool other_user;
} meanings[] = {
	{ "watched", 1, false }, { "box", 2, false }, { "miner", 3, false },
	{ "late", 4, false },    { "odd", 5, false }, { "user", 0, true },
};

struct audit_writer {
	int unused;
};

static struct audit_writer writer;

int audit_writer_new(const struct node *node, const char *key, struct audit *audit,
		     struct audit_writer **ret_writer, struct slicectl_error *error)
{
	*ret_writer = &writer;
	return 0;
}

bool audit_writer_is_off(const struct audit_writer *off)
{
	return true;
}

struct audit_counts audit_writer_counts(const struct audit_writer *of)
{
	return (struct audit_counts){ 0 };
}

void audit_writer_replace(struct audit_writer *after, struct audit_writer *before)
{
}

bool audit_writer_close(struct audit_writer *closed)
{
	return true;
}

static void check_meaning(const struct record *record, const struct being *being)
{
	for (size_t i = 0; i < ELEMENTS(meanings); i++) {
		if (!text_equal(record->rule, meanings[i].rule))
			continue;
		PROMISE("P1", being->named & (1U << meanings[i].name));
		PROMISE("P1", !meanings[i].other_user || being->uids & 2);
	}
}

int audit_writer_append(struct audit_writer *to, const struct record *record, enum audit_wait wait)
{
	bool acts = text_equal(record->action, "place") || text_equal(record->action, "kill") ||
		    text_equal(record->action, "monitor");
	const struct being *being;
	char *line = record_format(record);
	json_t *json = line ? json_loads(line, 0, NULL) : NULL;

	PROMISE("P9", json && !strchr(line, '\033') && !strchr(line, '\n'));
	json_decref(json);
	free(line);
	PROMISE("P3", !acts || record->dry_run || record->code < 0);
	if (!acts || !record->rule || record->pid == 0)
		return 0;
	being = world_recall(record->pid, record->start_ticks);
	PROMISE("P1", being);
	PROMISE("P2", record->pid != 1 && record->pid != getpid() && being->flags == 0);
	check_meaning(record, being);
	return 0;
}
