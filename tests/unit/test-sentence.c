/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/sentence.h"

#include <errno.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "control/record_read.h"
#include "supervisor/report/journal.h"
#include "test.h"

static const char *sentence(const struct record *record)
{
	static char text[SENTENCE_MAX];

	sentence_of(record, text, sizeof(text));
	return text;
}

/* What journal_log() writes to standard error. */
static const char *logged(const struct record *record)
{
	static char text[2 * SENTENCE_MAX];
	int saved = dup(STDERR_FILENO);
	FILE *file = tmpfile();
	size_t n = 0;

	if (!file || saved < 0)
		abort();
	(void)dup2(fileno(file), STDERR_FILENO);
	journal_log(NULL, record);
	(void)dup2(saved, STDERR_FILENO);
	(void)close(saved);
	rewind(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	(void)fclose(file);
	return text;
}

static void what_was_done_to_whom_where_and_how_soon(void)
{
	CHECK_TEXT(sentence(&(struct record){ .action = "place",
					      .actor = "rule:jvm",
					      .rule = "jvm",
					      .scope = "a.slice/jvm-7.scope",
					      .pid = 7,
					      .comm = "java",
					      .processes = 3,
					      .latency_usec = 90 }),
		   "place process 7 (java) by rule jvm in a.slice/jvm-7.scope: 3 processes, 90 µs after the event");
}

static void what_is_not_known_is_left_out(void)
{
	CHECK_TEXT(sentence(&(struct record){ .action = "place" }), "place by ?");
	CHECK_TEXT(sentence(&(struct record){ .action = "scope.create", .actor = "uid:1000" }),
		   "scope.create by uid:1000");
	CHECK_TEXT(sentence(&(struct record){
			   .action = "kill", .actor = "rule:a", .rule = "a", .processes = 1 }),
		   "kill by rule a: 1 process");
}

static void values_are_said(void)
{
	CHECK_TEXT(sentence(&(struct record){ .action = "scope.set",
					      .actor = "uid:0",
					      .scope = "a.slice/x.scope",
					      .new = "pids.max=5" }),
		   "scope.set by uid:0 in a.slice/x.scope: pids.max=5");
	CHECK_TEXT(sentence(&(struct record){
			   .action = "guard.write", .actor = "uid:7", .old = "max", .new = "5" }),
		   "guard.write by uid:7: 5 instead of max");
}

static void a_dry_run_says_would(void)
{
	CHECK_TEXT(sentence(&(struct record){
			   .action = "kill", .actor = "rule:a", .rule = "a", .dry_run = true }),
		   "would kill by rule a");
}

static void a_failure_has_its_result_and_its_cause(void)
{
	struct record record = { .action = "place",
				 .actor = "rule:a",
				 .rule = "a",
				 .scope = "a.slice/x.scope",
				 .pid = 7,
				 .comm = "java",
				 .processes = 2,
				 .code = -EPERM,
				 .message = "the slice is missing" };

	CHECK_TEXT(sentence(&record),
		   "place process 7 (java) by rule a refused: the slice is missing");
	record.code = -EBUSY;
	CHECK_HAS(sentence(&record), " failed: the slice is missing");
}

static void an_exit_says_how_the_process_ended(void)
{
	struct record_exit ended = { .class = "crash", .status = 3 };
	struct record record = { .action = "exit",
				 .actor = "kernel",
				 .rule = "a",
				 .scope = "a.slice/x.scope",
				 .pid = 7,
				 .comm = "java",
				 .exit = &ended };

	CHECK_TEXT(sentence(&record),
		   "process 7 (java) of rule a exited with status 3 in a.slice/x.scope");
	ended = (struct record_exit){ .class = "crash", .signal = 11, .core = true };
	record.scope = NULL;
	CHECK_TEXT(sentence(&record),
		   "process 7 (java) of rule a was killed by signal 11 and dumped core");
	ended = (struct record_exit){ .class = "abnormal", .signal = 9, .cause = "oom" };
	CHECK_TEXT(sentence(&record),
		   "process 7 (java) of rule a was killed by signal 9; cause: oom");
	ended = (struct record_exit){ 0 };
	CHECK_TEXT(sentence(&record), "process 7 (java) of rule a exited");
}

/* slicectl events says what the log of the daemon says. */
static void a_record_that_was_read_says_the_same(void)
{
	const struct record_exit ended = { .class = "abnormal", .signal = 9, .cause = "slicectl" };
	const struct record_resync resync = { "overrun", 1200, 5, 3, 2, 1 };
	const struct record records[] = {
		{ .action = "place",
		  .actor = "rule:a",
		  .rule = "a",
		  .scope = "s.slice/x.scope",
		  .pid = 7,
		  .comm = "x\n\\y",
		  .processes = 2,
		  .latency_usec = 90 },
		{ .action = "kill", .actor = "rule:a", .rule = "a", .dry_run = true },
		{ .action = "scope.set", .actor = "uid:0", .code = -EPERM, .message = "no" },
		{ .action = "scope.set", .actor = "uid:0", .code = -EBUSY, .message = "busy" },
		{ .action = "kill", .actor = "rule:a", .rule = "a", .intent = true },
		{ .action = "exit",
		  .actor = "kernel",
		  .rule = "a",
		  .pid = 7,
		  .comm = "x",
		  .exit = &ended },
		{ .action = "scope.set", .actor = "uid:0", .new = "io.max=8:0 rbps=1\n8:16 wbps=2" },
		{ .action = "guard.write", .actor = "uid:7", .old = "max", .new = "5" },
		{ .action = "resync", .actor = "slicectld", .processes = 9, .resync = &resync },
	};
	char written[SENTENCE_MAX];

	for (size_t i = 0; i < ELEMENTS(records); i++) {
		_cleanup_free_ char *line = record_format(&records[i]);
		json_t *object = json_loads(line, 0, NULL);
		struct read_record read;

		sentence_of(&records[i], written, sizeof(written));
		record_read(object, &read);
		CHECK_TEXT(sentence(&read.record), written);
		json_decref(object);
	}
}

static void a_record_without_anything_is_read(void)
{
	json_t *object = json_object();
	struct read_record read;

	record_read(object, &read);
	CHECK_TEXT(sentence(&read.record), "? by ?");
	json_decref(object);
}

/* A process chooses its name; a terminal must not obey it. */
static void a_name_cannot_forge_a_line(void)
{
	const char *text = sentence(&(struct record){
		.action = "kill", .actor = "rule:a", .rule = "a", .pid = 7, .comm = "x\n\033[2Jy" });

	CHECK(!strchr(text, '\n'));
	CHECK(!strchr(text, '\033'));
	CHECK_HAS(text, "process 7 (x");
}

static void a_long_sentence_is_cut(void)
{
	char scope[2 * SENTENCE_MAX], text[SENTENCE_MAX];
	struct record record = { .action = "place", .actor = "rule:a", .rule = "a", .scope = scope };

	memset(scope, 'a', sizeof(scope) - 1);
	scope[sizeof(scope) - 1] = '\0';
	sentence_of(&record, text, sizeof(text));
	CHECK_INT(strlen(text), SENTENCE_MAX - 1);
}

static void an_exited_process_is_not_worth_a_line(void)
{
	struct record record = {
		.action = "kill", .actor = "rule:a", .rule = "a", .message = "it has exited"
	};

	log_setup("test", LOG_LEVEL_INFO);
	record.code = -ESRCH;
	CHECK_TEXT(logged(&record), "");
	record.code = -EPERM;
	CHECK_HAS(logged(&record), "kill by rule a refused: it has exited\n");
	record.code = 0;
	CHECK_HAS(logged(&record), "kill by rule a\n");
}

/* With --quiet only what failed is logged. */
static void a_failure_is_a_warning(void)
{
	struct record record = { .action = "kill", .actor = "rule:a", .rule = "a", .message = "no" };

	log_setup("test", LOG_LEVEL_WARNING);
	CHECK_TEXT(logged(&record), "");
	record.code = -EPERM;
	CHECK_HAS(logged(&record), "refused: no\n");
}

TEST_MAIN("sentence", CASE(what_was_done_to_whom_where_and_how_soon),
	  CASE(what_is_not_known_is_left_out), CASE(values_are_said), CASE(a_dry_run_says_would),
	  CASE(a_failure_has_its_result_and_its_cause), CASE(an_exit_says_how_the_process_ended),
	  CASE(a_record_that_was_read_says_the_same), CASE(a_record_without_anything_is_read),
	  CASE(a_name_cannot_forge_a_line), CASE(a_long_sentence_is_cut),
	  CASE(an_exited_process_is_not_worth_a_line), CASE(a_failure_is_a_warning))
