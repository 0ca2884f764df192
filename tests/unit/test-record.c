/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/record.h"

#include <errno.h>
#include <jansson.h>
#include <unistd.h>

#include "base/text.h"
#include "control/audit.h"
#include "tree.h"
#include "test.h"

static json_t *formatted(const struct record *record)
{
	_cleanup_free_ char *line = record_format(record);

	CHECK_FATAL(line != NULL);
	CHECK(!strchr(line, '\n'));
	return json_loads(line, 0, NULL);
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "absent";
}

static void a_record_has_its_fields(void)
{
	json_t *object = formatted(&(struct record){
		.time_ns = 1700000000123456789,
		.action = "place",
		.actor = "rule:jvm",
		.owner = "workload",
		.scope = "workload.slice/jvm-7.scope",
		.pid = 7,
		.comm = "java",
		.processes = 3,
		.latency_usec = 90,
	});

	CHECK_TEXT(text_of(object, "time"), "2023-11-14T22:13:20.123456Z");
	CHECK_TEXT(text_of(object, "action"), "place");
	CHECK_TEXT(text_of(object, "result"), "done");
	CHECK_TEXT(text_of(object, "error"), "absent");
	CHECK_INT(json_integer_value(json_object_get(object, "latency_usec")), 90);
	CHECK(json_is_false(json_object_get(object, "dry_run")));
	json_decref(object);
}

static void results_follow_the_code(void)
{
	static const struct {
		int code;
		bool dry_run;
		const char *result;
	} cases[] = {
		{ 0, false, "done" },        { 0, true, "dry-run" },
		{ -ESRCH, false, "gone" },   { -EPERM, false, "refused" },
		{ -EBUSY, false, "failed" },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		json_t *object = formatted(&(struct record){
			.action = "kill",
			.code = cases[i].code,
			.message = "why",
			.dry_run = cases[i].dry_run,
		});

		CHECK_TEXT(text_of(object, "result"), cases[i].result);
		CHECK_TEXT(text_of(object, "error"), cases[i].code < 0 ? "why" : "absent");
		json_decref(object);
	}
}

static void hostile_names_stay_one_string(void)
{
	json_t *object = formatted(&(struct record){
		.action = "place",
		.comm = "\",\"action\":\"x\n\xff\033[2J",
	});

	CHECK_TEXT(text_of(object, "action"), "place");
	CHECK_TEXT(text_of(object, "comm"), "\",\"action\":\"x\\x0a\\xff\\x1b[2J");
	json_decref(object);
}

static void the_log_is_appended(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct audit audit = AUDIT_NULL;
	char path[128];
	json_t *second;

	(void)snprintf(path, sizeof(path), "%s/new/audit.jsonl", tree.path);
	CHECK_INT(audit_write(&audit, &(struct record){ .action = "x" }), 0);
	for (int i = 0; i < 2; i++) {
		CHECK_INT(audit_open(&audit, path, NULL), 0);
		CHECK_INT(audit_write(&audit, &(struct record){ .action = "kill" }), 0);
		CHECK_INT(audit.written, 1);
		audit_close(&audit);
	}
	second = json_loads(strchr(tree_read(&tree, "new/audit.jsonl"), '\n') + 1, 0, NULL);
	CHECK_TEXT(text_of(second, "action"), "kill");
	json_decref(second);
}

/* After an append to what the file holds already. */
static void check_appended(struct tree *tree, const char *before, const char *between)
{
	struct audit audit = AUDIT_NULL;
	_cleanup_free_ char *wanted = text_format("%s%s{\"time\":", before, between);
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/torn.jsonl", tree->path);
	tree_write(tree, "torn.jsonl", before);
	CHECK_INT(audit_open(&audit, path, NULL), 0);
	CHECK_INT(audit_write(&audit, &(struct record){ .action = "kill" }), 0);
	audit_close(&audit);
	CHECK(text_starts_with(tree_read(tree, "torn.jsonl"), wanted));
}

static void a_torn_line_is_ended(void)
{
	_cleanup_tree_ struct tree tree = tree_new();

	check_appended(&tree, "", "");
	check_appended(&tree, "{}\n", "");
	check_appended(&tree, "{}\n{\"action\":\"pla", "\n");
}

static void a_link_is_not_followed(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct audit audit = AUDIT_NULL;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/link", tree.path);
	CHECK_INT(symlink("/dev/null", path), 0);
	CHECK_INT(audit_open(&audit, path, &error), -ELOOP);
	CHECK(strstr(error.message, "symbolic link") != NULL);
	(void)snprintf(path, sizeof(path), "%s/no/where/log", tree.path);
	CHECK_INT(audit_open(&audit, path, &error), -ENOENT);
	CHECK(strstr(error.message, "directory") != NULL);
}

static void a_full_disk_is_counted(void)
{
	struct audit audit = AUDIT_NULL;

	CHECK_INT(audit_open(&audit, "/dev/full", NULL), 0);
	CHECK_INT(audit_write(&audit, &(struct record){ .action = "kill" }), -ENOSPC);
	CHECK_INT(audit.failed, 1);
	audit_close(&audit);
}

static void the_key_names_the_log(void)
{
	CHECK(audit_path("none") == NULL);
	CHECK_TEXT(audit_path("-"), "-");
	CHECK_TEXT(audit_path("/x"), "/x");
	/* The default depends on the machine: it is there only where slicectl is installed. */
	if (access(AUDIT_DIRECTORY, F_OK) == 0)
		CHECK_TEXT(audit_path(NULL), AUDIT_LOG);
	else
		CHECK(audit_path(NULL) == NULL);
}

static void a_long_log_begins_anew(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct audit audit = AUDIT_NULL, other = AUDIT_NULL;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/log", tree.path);
	tree_write(&tree, "log", "{\"first\":1}\n");
	CHECK_INT(audit_open(&audit, path, NULL), 0);
	CHECK_INT(audit_open(&other, path, NULL), 0);
	audit_rotate(&audit, path, 1000);
	CHECK(faccessat(tree.fd, "log.1", F_OK, 0) < 0);
	audit_rotate(&audit, path, 5);
	CHECK_TEXT(tree_read(&tree, "log.1"), "{\"first\":1}\n");
	CHECK_TEXT(tree_read(&tree, "log"), "");
	CHECK_INT(audit_write(&audit, &(struct record){ .action = "kill" }), 0);
	/* Another writer of the same log does not rotate it again. */
	audit_rotate(&other, path, 5);
	CHECK_TEXT(tree_read(&tree, "log.1"), "{\"first\":1}\n");
	CHECK_INT(audit_write(&other, &(struct record){ .action = "place" }), 0);
	CHECK(strstr(tree_read(&tree, "log"), "\"kill\"") != NULL);
	CHECK(strstr(tree_read(&tree, "log"), "\"place\"") != NULL);
	CHECK_INT(audit.written, 1);
	audit_close(&audit);
	audit_close(&other);
}

TEST_MAIN("record", CASE(the_key_names_the_log), CASE(a_long_log_begins_anew),
	  CASE(a_record_has_its_fields), CASE(results_follow_the_code),
	  CASE(hostile_names_stay_one_string), CASE(the_log_is_appended),
	  CASE(a_torn_line_is_ended), CASE(a_link_is_not_followed), CASE(a_full_disk_is_counted))
