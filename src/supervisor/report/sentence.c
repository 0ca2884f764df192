/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/sentence.h"

#include <errno.h>
#include <stdio.h>

#include "base/text.h"

void sentence_of(const struct record *record, char *ret_sentence, size_t size)
{
	char subject[128] = "", reached[64] = "", latency[64] = "", who[128];

	(void)snprintf(who, sizeof(who), "%s%s",
		       text_starts_with(record->actor, "rule:") ? "rule " : "",
		       text_starts_with(record->actor, "rule:") ? record->rule : record->actor);

	if (record->pid > 0)
		(void)snprintf(subject, sizeof(subject), " process %d (%s)", (int)record->pid,
			       TEXT_ESCAPE(record->comm));
	if (record->processes > 0)
		(void)snprintf(reached, sizeof(reached), ": %zu process%s", record->processes,
			       record->processes == 1 ? "" : "es");
	if (record->latency_usec > 0)
		(void)snprintf(latency, sizeof(latency), ", %llu µs after the event",
			       (unsigned long long)record->latency_usec);
	if (record->code < 0)
		(void)snprintf(ret_sentence, size, "%s%s by %s %s: %s", record->action, subject,
			       who, record_result(record), record->message);
	else
		(void)snprintf(ret_sentence, size, "%s%s%s by %s%s%s%s%s",
			       record->dry_run ? "would " : "", record->action, subject, who,
			       record->scope ? " in " : "", record->scope ? record->scope : "",
			       reached, latency);
}

void sentence_log(struct journal *journal, const struct record *record)
{
	enum log_level level = record->code < 0 ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO;
	char sentence[SENTENCE_MAX];

	if (record->code == -ESRCH)
		return;
	sentence_of(record, sentence, sizeof(sentence));
	if (!journal_send(journal, level, sentence, record))
		log_message(level, "%s", sentence);
}
