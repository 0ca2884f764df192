/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/sentence.h"

#include <errno.h>
#include <stdio.h>

#include "base/text.h"
#include "observe/change_text.h"
#include "observe/resource.h"

/* "process 12 (java) of rule jvm was killed by signal 9 in a.slice/jvm.scope; cause: oom" */
static void say_exit(const struct record *record, char *out, size_t size)
{
	const struct record_exit *ended = record->exit;
	char how[64] = "exited", name[64] = "";

	if (record->comm && *record->comm)
		(void)snprintf(name, sizeof(name), " (%s)", TEXT_ESCAPE(record->comm));

	if (ended->signal > 0)
		(void)snprintf(how, sizeof(how), "was killed by signal %d%s", ended->signal,
			       ended->core ? " and dumped core" : "");
	else if (ended->class)
		(void)snprintf(how, sizeof(how), "exited with status %d", ended->status);
	(void)snprintf(out, size, "process %d%s of rule %s %s%s%s%s%s", (int)record->pid, name,
		       record->rule ? record->rule : "-", how, record->scope ? " in " : "",
		       record->scope ? record->scope : "", ended->cause ? "; cause: " : "",
		       ended->cause ? ended->cause : "");
}

static void say_resync(const struct record *record, char *out, size_t size)
{
	const struct record_resync *resync = record->resync;

	(void)snprintf(out, size,
		       "scanned %zu processes in %llu µs (%s): %zu forks, %zu execs and %zu exits had been missed; the kernel dropped %llu events",
		       record->processes, (unsigned long long)resync->duration_usec, resync->cause,
		       resync->forks, resync->execs, resync->exits,
		       (unsigned long long)resync->lost);
}

/* "family 12 (java) of rule jvm is idle in a.slice/jvm.scope after 1.250 s (no thread …)" */
static void say_activity(const struct record *record, char *out, size_t size)
{
	const struct record_activity *activity = record->activity;
	const char *state = strchr(record->action, '.');
	char span[48] = "", changes[48] = "";

	if (activity->span_usec > 0)
		(void)snprintf(span, sizeof(span), " after %llu.%03llu s",
			       (unsigned long long)activity->span_usec / 1000000,
			       (unsigned long long)activity->span_usec / 1000 % 1000);
	if (activity->changes > 1)
		(void)snprintf(changes, sizeof(changes), ", %llu changes",
			       (unsigned long long)activity->changes);
	(void)snprintf(out, size, "family %d (%s) of rule %s is %s%s%s%s%s: %s", (int)record->pid,
		       record->comm ? TEXT_ESCAPE(record->comm) : "?",
		       record->rule ? record->rule : "-", state ? state + 1 : "?",
		       record->scope ? " in " : "", record->scope ? record->scope : "", span,
		       changes, activity->evidence);
}

/* "process 12 (java)"; of one that has exited the name may not be known. */
static void say_process(const struct record *record, char *out, size_t size)
{
	if (record->comm && *record->comm)
		(void)snprintf(out, size, "process %d (%s)", (int)record->pid,
			       TEXT_ESCAPE(record->comm));
	else
		(void)snprintf(out, size, "process %d", (int)record->pid);
}

static enum change_way way_of(const char *direction)
{
	return text_equal(direction, "up")   ? CHANGE_UP :
	       text_equal(direction, "down") ? CHANGE_DOWN :
					       CHANGE_ANY;
}

/* "nofile of process 12 (java) rose from 700 to 820, level 819 of watch fds in a.slice/jvm.scope" */
static void say_crossing(const struct record *record, char *out, size_t size)
{
	const struct record_crossing *crossing = record->crossing;
	const struct resource *resource = resource_find(crossing->resource);
	const struct value_change change = { way_of(crossing->direction), crossing->old,
					     crossing->new, crossing->level };
	char text[CHANGE_TEXT_SIZE], subject[128];

	if (!resource) {
		(void)snprintf(out, size, "%s crossed a level", TEXT_ESCAPE(crossing->resource));
		return;
	}
	if (record->pid > 0)
		say_process(record, subject, sizeof(subject));
	else
		(void)snprintf(subject, sizeof(subject), "%s", record->scope ? record->scope : "?");
	(void)snprintf(out, size, "%s: %s of %s %s%s%s", record->actor ? record->actor : "?",
		       resource->name, subject, change_text(resource, &change, text),
		       record->pid > 0 && record->scope ? " in " : "",
		       record->pid > 0 && record->scope ? record->scope : "");
}

/* ": 5 instead of 7": the limits that were set, and what they were where that is known. */
static void say_values(const struct record *record, char *out, size_t size)
{
	if (record->new)
		(void)snprintf(out, size, ": %s%s%s", TEXT_ESCAPE(record->new),
			       record->old ? " instead of " : "",
			       record->old ? TEXT_ESCAPE(record->old) : "");
}

static void say_action(const struct record *record, char *out, size_t size)
{
	/* Without memory for its name the actor is not known. */
	const char *actor = record->actor ? record->actor : "?";
	bool by_rule = text_starts_with(actor, "rule:");
	char subject[136] = "", process[128], who[128], reached[64] = "", latency[64] = "",
	     values[512] = "";

	(void)snprintf(who, sizeof(who), "%s%s", by_rule ? "rule " : "",
		       actor + (by_rule ? strlen("rule:") : 0));
	if (record->pid > 0) {
		say_process(record, process, sizeof(process));
		(void)snprintf(subject, sizeof(subject), " %s", process);
	}
	if (record->processes > 0)
		(void)snprintf(reached, sizeof(reached), ": %zu process%s", record->processes,
			       record->processes == 1 ? "" : "es");
	if (record->latency_usec > 0)
		(void)snprintf(latency, sizeof(latency), ", %llu µs after the event",
			       (unsigned long long)record->latency_usec);
	say_values(record, values, sizeof(values));
	if (record->code < 0)
		(void)snprintf(out, size, "%s%s by %s %s: %s", record->action, subject, who,
			       record_result(record), record->message ? record->message : "");
	else
		(void)snprintf(out, size, "%s%s%s by %s%s%s%s%s%s%s",
			       record->dry_run ? "would " : "", record->action, subject, who,
			       record->scope ? " in " : "", record->scope ? record->scope : "",
			       values, reached, latency, record->intent ? ", begun" : "");
}

void sentence_of(const struct record *record, char *ret_sentence, size_t size)
{
	if (record->exit)
		say_exit(record, ret_sentence, size);
	else if (record->resync)
		say_resync(record, ret_sentence, size);
	else if (record->activity)
		say_activity(record, ret_sentence, size);
	else if (record->crossing)
		say_crossing(record, ret_sentence, size);
	else
		say_action(record, ret_sentence, size);
}
