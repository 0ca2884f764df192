/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/early_rename.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "supervisor/life/parts.h"

enum { SUSPECTS_MAX = 256 }; /* the last ones */

struct suspect {
	pid_t pid; /* 0: none */
	uint64_t exec_ns;
	char comm[PROCFS_COMM_SIZE]; /* that was read */
};

struct early_rename {
	struct suspect suspects[SUSPECTS_MAX];
	size_t next;
};

bool early_rename_name(const struct rule_subject *subject, char ret_name[PROCFS_COMM_SIZE])
{
	const char *path, *slash;

	if (subject->read(subject->data, RULE_KEY_EXE, &path) <= 0)
		return false;
	slash = strrchr(path, '/');
	(void)snprintf(ret_name, PROCFS_COMM_SIZE, "%s", slash ? slash + 1 : path);
	return true;
}

void early_rename_note(struct life *life, const struct rule_subject *subject, uint64_t exec_ns)
{
	char name[PROCFS_COMM_SIZE];
	struct suspect *suspect;

	if (exec_ns == 0 || !rule_set_asks_names(&life->node->config->rules) ||
	    !early_rename_name(subject, name) || text_equal(name, subject->comm))
		return;
	if (!life->early_rename)
		life->early_rename = calloc(1, sizeof(*life->early_rename));
	if (!life->early_rename)
		return;
	suspect = &life->early_rename->suspects[life->early_rename->next++ % SUSPECTS_MAX];
	suspect->pid = subject->pid;
	suspect->exec_ns = exec_ns;
	(void)snprintf(suspect->comm, sizeof(suspect->comm), "%s", subject->comm);
}

static struct suspect *find(struct life *life, const struct process_event *event)
{
	for (size_t i = 0; life->early_rename && i < SUSPECTS_MAX; i++) {
		struct suspect *suspect = &life->early_rename->suspects[i];

		if (suspect->pid == event->pid && event->timestamp_ns >= suspect->exec_ns &&
		    event->timestamp_ns - suspect->exec_ns <= EARLY_RENAME_NS &&
		    text_equal(suspect->comm, event->comm))
			return suspect;
	}
	return NULL;
}

bool early_rename_take(struct life *life, const struct process_event *event, uint64_t *ret_exec_ns)
{
	struct suspect *suspect = find(life, event);

	if (!suspect)
		return false;
	suspect->pid = 0;
	*ret_exec_ns = suspect->exec_ns;
	return true;
}

void early_rename_free(struct life *life)
{
	free(life->early_rename);
	life->early_rename = NULL;
}
