/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/journal.h"

#include <stdlib.h>
#include <string.h>
#include <systemd/sd-journal.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/text.h"

#define CLOSE_USEC (200 * CLOCK_USEC_PER_MSEC)

enum { PENDING_MAX = 1000, FIELDS_MAX = 16 };

struct entry {
	struct job job;
	struct iovec fields[FIELDS_MAX];
	size_t n_fields;
};

static struct entry *entry_of(struct job *job)
{
	return container_of(job, struct entry, job);
}

static void run(struct job *job)
{
	const struct entry *entry = entry_of(job);

	(void)sd_journal_sendv(entry->fields, (int)entry->n_fields);
}

static void done(struct job *job)
{
	struct entry *entry = entry_of(job);

	for (size_t i = 0; i < entry->n_fields; i++)
		free(entry->fields[i].iov_base);
	free(entry);
}

/* NULL and 0 are nothing to say. */
static void add_text(struct entry *entry, const char *name, const char *value)
{
	char *field = value ? text_format("%s=%s", name, TEXT_ESCAPE(value)) : NULL;

	if (field && entry->n_fields < FIELDS_MAX)
		entry->fields[entry->n_fields++] = (struct iovec){ field, strlen(field) };
	else
		free(field);
}

static void add_number(struct entry *entry, const char *name, uint64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	add_text(entry, name, value > 0 ? text : NULL);
}

static void fill(struct entry *entry, enum log_level level, const char *sentence,
		 const struct record *record)
{
	add_text(entry, "MESSAGE", sentence);
	add_number(entry, "PRIORITY", (uint64_t)level);
	add_text(entry, "SYSLOG_IDENTIFIER", "slicectld");
	add_text(entry, "SLICECTL_ACTION", record->action);
	add_text(entry, "SLICECTL_ACTOR", record->actor);
	add_text(entry, "SLICECTL_RULE", record->rule);
	add_number(entry, "SLICECTL_FAMILY", (uint64_t)record->family);
	add_text(entry, "SLICECTL_OWNER", record->owner);
	add_text(entry, "SLICECTL_SCOPE", record->scope);
	add_number(entry, "SLICECTL_PID", (uint64_t)record->pid);
	add_text(entry, "SLICECTL_COMM", record->comm);
	add_text(entry, "SLICECTL_RESULT", record_result(record));
	add_number(entry, "SLICECTL_LATENCY_USEC", record->latency_usec);
	add_text(entry, "SLICECTL_REASON", record->reason);
}

int journal_open(struct supervisor *supervisor, struct slicectl_error *error)
{
	return log_is_journal() ? worker_open(&supervisor->journal, supervisor->loop, error) : 0;
}

bool journal_send(struct supervisor *supervisor, enum log_level level, const char *sentence,
		  const struct record *record)
{
	struct entry *entry;

	if (!supervisor->journal.source || !log_wants(level))
		return !log_wants(level);
	entry = supervisor->journal.pending < PENDING_MAX ? calloc(1, sizeof(*entry)) : NULL;
	if (!entry) {
		supervisor->counters.journal_lost++;
		return true;
	}
	entry->job.run = run;
	entry->job.done = done;
	fill(entry, level, sentence, record);
	worker_submit(&supervisor->journal, &entry->job, false);
	return true;
}

bool journal_close(struct supervisor *supervisor)
{
	return worker_abandon(&supervisor->journal, CLOSE_USEC);
}
