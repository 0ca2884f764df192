/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-journal.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "base/text.h"
#include "control/sentence.h"

#define CLOSE_USEC (200 * CLOCK_USEC_PER_MSEC)

enum { PENDING_MAX = 1000, FIELDS_MAX = 16 };

struct journal {
	struct worker *writer;
	uint64_t lost; /* entries that were dropped */
};

struct entry {
	struct job job;
	struct iovec fields[FIELDS_MAX];
	size_t n_fields;
};

static struct entry *entry_of(struct job *job)
{
	return container_of(job, struct entry, job);
}

static void entry_run(struct job *job)
{
	const struct entry *entry = entry_of(job);

	(void)sd_journal_sendv(entry->fields, (int)entry->n_fields);
}

static void entry_done(struct job *job)
{
	struct entry *entry = entry_of(job);

	for (size_t i = 0; i < entry->n_fields; i++)
		free(entry->fields[i].iov_base);
	free(entry);
}

/* Adds a field; @value NULL adds none, and so does 0 below. */
static void entry_add_text(struct entry *entry, const char *name, const char *value)
{
	char *field = value ? text_format("%s=%s", name, TEXT_ESCAPE(value)) : NULL;

	if (field && entry->n_fields < FIELDS_MAX)
		entry->fields[entry->n_fields++] = (struct iovec){ field, strlen(field) };
	else
		free(field);
}

static void entry_add_number(struct entry *entry, const char *name, uint64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	entry_add_text(entry, name, value > 0 ? text : NULL);
}

static void entry_fill(struct entry *entry, enum log_level level, const char *sentence,
		       const struct record *record)
{
	entry_add_text(entry, "MESSAGE", sentence);
	entry_add_number(entry, "PRIORITY", (uint64_t)level);
	entry_add_text(entry, "SYSLOG_IDENTIFIER", "slicectld");
	entry_add_text(entry, "SLICECTL_ACTION", record->action);
	entry_add_text(entry, "SLICECTL_ACTOR", record->actor);
	entry_add_text(entry, "SLICECTL_RULE", record->rule);
	entry_add_number(entry, "SLICECTL_FAMILY", (uint64_t)record->family);
	entry_add_text(entry, "SLICECTL_OWNER", record->owner);
	entry_add_text(entry, "SLICECTL_SCOPE", record->scope);
	entry_add_number(entry, "SLICECTL_PID", (uint64_t)record->pid);
	entry_add_text(entry, "SLICECTL_COMM", record->comm);
	entry_add_text(entry, "SLICECTL_RESULT", record_result(record));
	entry_add_number(entry, "SLICECTL_LATENCY_USEC", record->latency_usec);
	entry_add_text(entry, "SLICECTL_REASON", record->reason);
}

int journal_new(sd_event *loop, struct journal **ret_journal, struct slicectl_error *error)
{
	_cleanup_free_ struct journal *journal = NULL;
	int r;

	*ret_journal = NULL;
	if (!log_is_journal())
		return 0;
	journal = calloc(1, sizeof(*journal));
	if (!journal)
		return error_set(error, ENOMEM, "out of memory");
	r = worker_new(loop, NULL, &journal->writer, error);
	if (r == 0)
		*ret_journal = TAKE_PTR(journal);
	return r;
}

/* False when there is no journal: the caller then logs the sentence itself. */
static bool send(struct journal *journal, enum log_level level, const char *sentence,
		 const struct record *record)
{
	struct entry *entry;

	if (!journal || !log_wants(level))
		return !log_wants(level);
	entry = worker_pending(journal->writer) < PENDING_MAX ? calloc(1, sizeof(*entry)) : NULL;
	if (!entry) {
		journal->lost++;
		return true;
	}
	entry->job.run = entry_run;
	entry->job.done = entry_done;
	entry_fill(entry, level, sentence, record);
	worker_submit(journal->writer, &entry->job, false);
	return true;
}

/* A kill by slicectl or for want of memory has a record of its own. */
static enum log_level level_of(const struct record *record)
{
	if (record->exit && record->exit->cause)
		return LOG_LEVEL_DEBUG;
	return record->code < 0 ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO;
}

void journal_log(struct journal *journal, const struct record *record)
{
	enum log_level level = level_of(record);
	char sentence[SENTENCE_MAX];

	if (record->code == -ESRCH)
		return;
	sentence_of(record, sentence, sizeof(sentence));
	if (!send(journal, level, sentence, record))
		log_message(level, "%s", sentence);
}

uint64_t journal_lost(const struct journal *journal)
{
	return journal ? journal->lost : 0;
}

bool journal_close(struct journal *journal)
{
	bool done_in_time = !journal || worker_abandon(journal->writer, CLOSE_USEC);

	if (done_in_time)
		free(journal);
	return done_in_time;
}
