/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/nudge.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/error.h"
#include "cgroup/hierarchy.h"
#include "cgroup/hold.h"
#include "test.h"
#include "tree.h"
#include "tune/lever.h"

#define MARK MARK_BASELINE "cpu.weight"

/* A plain file is not cut by a shorter value, so all have three digits. */
struct fixture {
	struct tree tree;
	struct slicectl_hierarchy *hierarchy;
	char path[96];
};

static struct fixture set_up(void)
{
	struct fixture fixture = { .tree = tree_new() };
	const struct slicectl_hierarchy_options options = { fixture.tree.path, true };

	tree_write(&fixture.tree, "a.slice/cpu.weight", "500\n");
	CHECK_FATAL(slicectl_hierarchy_open(&options, &fixture.hierarchy, NULL) == 0);
	(void)snprintf(fixture.path, sizeof(fixture.path), "%s/a.slice", fixture.tree.path);
	return fixture;
}

static void tear_down(struct fixture *fixture)
{
	slicectl_hierarchy_free(fixture->hierarchy);
	tree_done(&fixture->tree);
}

static int set(struct fixture *fixture, const char *value)
{
	return nudge_write(fixture->hierarchy, "a.slice", "cpu.weight", value, true, NULL);
}

static int put_back(struct fixture *fixture)
{
	return nudge_restore(fixture->hierarchy, "a.slice", "cpu.weight", NULL);
}

static const char *now(const struct fixture *fixture)
{
	static char text[16];

	(void)snprintf(text, sizeof(text), "%.3s", tree_read(&fixture->tree, "a.slice/cpu.weight"));
	return text;
}

static bool has_mark(const struct fixture *fixture)
{
	return getxattr(fixture->path, MARK, NULL, 0) >= 0;
}

static void forge(const struct fixture *fixture, const char *text)
{
	CHECK_INT(setxattr(fixture->path, MARK, text, strlen(text), 0), 0);
}

static void the_baseline_comes_back(void)
{
	struct fixture fixture = set_up();
	char *baseline = NULL, **files = NULL;
	uint64_t until = 1;

	CHECK_INT(put_back(&fixture), -ENODATA);
	CHECK_INT(set(&fixture, "250"), 0);
	CHECK_INT(set(&fixture, "125"), 0);
	CHECK_TEXT(now(&fixture), "125");
	CHECK_INT(nudge_baseline(fixture.hierarchy, "a.slice", "cpu.weight", &baseline, &until), 0);
	CHECK_INT(until, 0);
	CHECK_TEXT(baseline, "500");
	free(baseline);
	CHECK_INT(nudge_list(fixture.hierarchy, "a.slice", &files), 0);
	CHECK_TEXT(files[0], "cpu.weight");
	CHECK(!files[1]);
	for (char **file = files; *file; file++)
		free(*file);
	free(files);
	CHECK_INT(put_back(&fixture), 0);
	CHECK_TEXT(now(&fixture), "500");
	CHECK(!has_mark(&fixture));
	tear_down(&fixture);
}

/* The program ended after the mark and before the write. */
static void an_interrupted_change_is_ours(void)
{
	struct fixture fixture = set_up();

	forge(&fixture, "500\n250\n500");
	CHECK_INT(put_back(&fixture), 0);
	CHECK_TEXT(now(&fixture), "500");
	CHECK(!has_mark(&fixture));
	CHECK_INT(set(&fixture, "250"), 0);
	forge(&fixture, "500\n125\n250");
	CHECK_INT(put_back(&fixture), 0);
	CHECK_TEXT(now(&fixture), "500");
	CHECK(!has_mark(&fixture));
	/* After the write, and before the mark was removed. */
	forge(&fixture, "500\n125\n250");
	CHECK_INT(put_back(&fixture), 0);
	CHECK(!has_mark(&fixture));
	tear_down(&fixture);
}

static void what_someone_else_writes_stays(void)
{
	struct fixture fixture = set_up();

	CHECK_INT(set(&fixture, "250"), 0);
	tree_write(&fixture.tree, "a.slice/cpu.weight", "777\n");
	CHECK_INT(put_back(&fixture), -ESTALE);
	CHECK_TEXT(now(&fixture), "777");
	CHECK(!has_mark(&fixture));
	CHECK_INT(set(&fixture, "250"), 0); /* the new baseline */
	tree_write(&fixture.tree, "a.slice/cpu.weight", "888\n");
	CHECK_INT(set(&fixture, "125"), -ESTALE);
	CHECK_TEXT(now(&fixture), "888");
	CHECK(!has_mark(&fixture));
	tear_down(&fixture);
}

static void a_wrong_mark_is_none(void)
{
	static const char *const wrong[] = { "", "500", "500\n250", "\n\n" };
	struct fixture fixture = set_up();

	for (size_t i = 0; i < ELEMENTS(wrong); i++) {
		int r;

		forge(&fixture, wrong[i]);
		r = put_back(&fixture);
		CHECK(r == -ENODATA || r == -ESTALE);
		CHECK_TEXT(now(&fixture), "500");
	}
	tear_down(&fixture);
}

/* A user who owns the directory, but not the file, can set the mark, and must not write the file by
 * it. */
static void a_mark_of_a_user_is_not_believed(void)
{
	struct fixture fixture = set_up();
	char file[128];

	(void)snprintf(file, sizeof(file), "%s/cpu.weight", fixture.path);
	if (chown(fixture.path, 65534, 65534) < 0) {
		(void)printf(" needs root ");
		tear_down(&fixture);
		return;
	}
	forge(&fixture, "999\n500\n500");
	CHECK_INT(put_back(&fixture), -EPERM);
	CHECK_INT(set(&fixture, "250"), -EPERM);
	CHECK_TEXT(now(&fixture), "500");
	CHECK_INT(chown(file, 65534, 65534), 0);
	CHECK_INT(put_back(&fixture), 0);
	CHECK_TEXT(now(&fixture), "999");
	tear_down(&fixture);
}

/* The name of a mark is chosen by whoever sets it. */
static void only_some_files_are_written(void)
{
	struct fixture fixture = set_up();
	const char *mark = MARK_BASELINE "cgroup.procs";
	char **files = NULL;

	tree_write(&fixture.tree, "a.slice/cgroup.procs", "");
	tree_write(&fixture.tree, "other", "500\n");
	CHECK_INT(setxattr(fixture.path, mark, "1\n\n", 3, 0), 0);
	CHECK_INT(setxattr(fixture.path, MARK_BASELINE "../other", "999\n500\n500", 11, 0), 0);
	CHECK_INT(nudge_list(fixture.hierarchy, "a.slice", &files), 0);
	CHECK(!files[0]);
	free(files);
	CHECK_INT(nudge_restore(fixture.hierarchy, "a.slice", "cgroup.procs", NULL), -EINVAL);
	CHECK_INT(nudge_restore(fixture.hierarchy, "a.slice", "../other", NULL), -EINVAL);
	CHECK_INT(nudge_write(fixture.hierarchy, "a.slice", "../other", "111", true, NULL), -EINVAL);
	CHECK_TEXT(tree_read(&fixture.tree, "a.slice/cgroup.procs"), "");
	CHECK_TEXT(tree_read(&fixture.tree, "other"), "500\n");
	for (enum lever lever = 0; lever < _LEVER_MAX; lever++)
		CHECK(nudge_may_change(lever_row(lever)->file));
	CHECK(!nudge_may_change("cpu.idle"));
	tear_down(&fixture);
}

/* Anyone could set the mark. */
static void a_directory_for_everyone_is_not_believed(void)
{
	struct fixture fixture = set_up();

	CHECK_INT(chmod(fixture.path, 0777), 0);
	CHECK_INT(set(&fixture, "250"), -EPERM);
	CHECK_TEXT(now(&fixture), "500");
	tear_down(&fixture);
}

/* Of io.weight only the default is changed. */
static void lines_for_devices_stay(void)
{
	struct fixture fixture = set_up();
	const char *file = "a.slice/io.weight";

	tree_write(&fixture.tree, file, "default 500\n8:0 200\n");
	CHECK_INT(nudge_write(fixture.hierarchy, "a.slice", "io.weight", "default 250", true, NULL),
		  0);
	CHECK_TEXT(tree_read(&fixture.tree, file), "default 250\n8:0 200\n");
	CHECK_INT(nudge_restore(fixture.hierarchy, "a.slice", "io.weight", NULL), 0);
	CHECK_TEXT(tree_read(&fixture.tree, file), "default 500\n8:0 200\n");
	tear_down(&fixture);
}

#define HOUR_USEC (3600 * UINT64_C(1000000))

static int hold(struct fixture *fixture, const char *value, uint64_t until_usec)
{
	struct slicectl_limits *limits = slicectl_limits_new();
	int r = slicectl_limits_set(limits, "cpu.weight", value, NULL);

	if (r == 0)
		r = hold_limits(fixture->hierarchy, "a.slice", limits, until_usec, NULL);
	slicectl_limits_free(limits);
	return r;
}

static void what_is_held_stays_until_its_time(void)
{
	struct fixture fixture = set_up();
	uint64_t until = nudge_now_usec() + HOUR_USEC, seen = 0;
	char *baseline = NULL;

	CHECK_INT(set(&fixture, "250"), 0);
	CHECK_INT(hold(&fixture, "125", until), 0);
	CHECK_INT(nudge_baseline(fixture.hierarchy, "a.slice", "cpu.weight", &baseline, &seen), 0);
	CHECK_TEXT(baseline, "500");
	CHECK(seen == until);
	free(baseline);
	CHECK_INT(set(&fixture, "333"), -EBUSY);
	CHECK_INT(put_back(&fixture), -EBUSY);
	CHECK_TEXT(now(&fixture), "125");
	/* Who holds it may change his mind; the baseline stays. */
	CHECK_INT(hold(&fixture, "126", nudge_now_usec()), 0);
	CHECK_INT(put_back(&fixture), 0);
	CHECK_TEXT(now(&fixture), "500");
	tear_down(&fixture);
}

/* What someone else wrote is what comes back, and what was set for good stays. */
static void a_hold_takes_the_present_value_for_the_baseline(void)
{
	struct fixture fixture = set_up();

	CHECK_INT(set(&fixture, "250"), 0);
	tree_write(&fixture.tree, "a.slice/cpu.weight", "777\n");
	CHECK_INT(hold(&fixture, "125", nudge_now_usec()), 0);
	CHECK_INT(put_back(&fixture), 0);
	CHECK_TEXT(now(&fixture), "777");
	CHECK_INT(set(&fixture, "250"), 0);
	CHECK_INT(nudge_forget(fixture.hierarchy, "a.slice", "cpu.weight"), 0);
	CHECK_INT(put_back(&fixture), -ENODATA);
	CHECK_TEXT(now(&fixture), "250");
	/* Whoever had changed it before is told. */
	CHECK_INT(nudge_write(fixture.hierarchy, "a.slice", "cpu.weight", "125", false, NULL),
		  -ESTALE);
	CHECK_TEXT(now(&fixture), "250");
	/* A time that is none makes it no mark of ours. */
	forge(&fixture, "500\n250\n250\nsoon");
	CHECK_INT(put_back(&fixture), -ENODATA);
	forge(&fixture, "500\n250\n250\n18446744073709551615");
	CHECK_INT(put_back(&fixture), -ENODATA);
	tear_down(&fixture);
}

/* The second of two files is not there: the first stays as it was, with its time. */
static void all_files_are_held_or_none(void)
{
	struct fixture fixture = set_up();
	struct slicectl_limits *limits = slicectl_limits_new();
	uint64_t until = nudge_now_usec() + HOUR_USEC, seen = 0;
	char *baseline = NULL;

	CHECK_INT(hold(&fixture, "125", until), 0);
	CHECK_INT(slicectl_limits_set(limits, "cpu.weight", "250", NULL), 0);
	CHECK_INT(slicectl_limits_set(limits, "pids.max", "100", NULL), 0);
	CHECK_INT(hold_limits(fixture.hierarchy, "a.slice", limits, nudge_now_usec() + 1, NULL),
		  -ENOENT);
	slicectl_limits_free(limits);
	CHECK_TEXT(now(&fixture), "125");
	CHECK_INT(nudge_baseline(fixture.hierarchy, "a.slice", "cpu.weight", &baseline, &seen), 0);
	CHECK_TEXT(baseline, "500");
	CHECK(seen == until);
	free(baseline);
	tear_down(&fixture);
}

/* All that is done to a file, in a process that is stopped at each system call. */
static void change_stopped(struct fixture *fixture)
{
	(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	(void)raise(SIGSTOP);
	(void)set(fixture, "250");
	(void)set(fixture, "125");
	(void)hold(fixture, "126", nudge_now_usec());
	(void)put_back(fixture);
	(void)set(fixture, "333");
	_exit(EXIT_SUCCESS);
}

/* Kills it at its stop number @stop; false when it ended before. */
static bool kill_at(struct fixture *fixture, unsigned stop)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		change_stopped(fixture);
	CHECK_FATAL(child > 0 && waitpid(child, &status, 0) == child && WIFSTOPPED(status));
	for (unsigned i = 0; i < stop; i++) {
		CHECK_INT(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		CHECK_FATAL(waitpid(child, &status, 0) == child);
		if (!WIFSTOPPED(status))
			return false;
	}
	CHECK_INT(kill(child, SIGKILL), 0);
	CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
	return true;
}

static void whatever_it_dies_at_the_baseline_comes_back(void)
{
	struct fixture fixture = set_up();
	unsigned stop = 0;

	while (kill_at(&fixture, stop)) {
		int r = put_back(&fixture);

		CHECK(r == 0 || r == -ENODATA);
		CHECK_TEXT(now(&fixture), "500");
		CHECK(!has_mark(&fixture));
		stop++;
	}
	CHECK(stop > 60);
	CHECK_INT(put_back(&fixture), 0);
	CHECK_TEXT(now(&fixture), "500");
	tear_down(&fixture);
}

static size_t count_changes(struct fixture *fixture)
{
	struct slicectl_plan *plan = NULL;
	size_t n = 0;

	CHECK_FATAL(slicectl_hierarchy_plan(fixture->hierarchy, &plan, NULL) == 0);
	for (size_t i = 0; i < slicectl_plan_count(plan); i++)
		n += slicectl_plan_change(plan, i)->kind == SLICECTL_CHANGE_SET;
	slicectl_plan_free(plan);
	return n;
}

/* slicectl init does not set what comes back by itself. */
static void what_comes_back_is_not_planned(void)
{
	struct fixture fixture = set_up();
	const struct slicectl_slice slice = { "a.slice", "workload" };
	struct slicectl_limits *limits = slicectl_limits_new();

	tree_write(&fixture.tree, "cgroup.controllers", "cpu\n");
	tree_write(&fixture.tree, "cgroup.subtree_control", "cpu\n");
	tree_write(&fixture.tree, "a.slice/cgroup.controllers", "cpu\n");
	CHECK_INT(slicectl_limits_set(limits, "cpu.weight", "500", NULL), 0);
	CHECK_INT(slicectl_hierarchy_declare(fixture.hierarchy, &slice, limits, NULL), 0);
	CHECK_INT(count_changes(&fixture), 0);
	CHECK_INT(set(&fixture, "250"), 0);
	CHECK_INT(nudge_is_intact(fixture.hierarchy, "a.slice", "cpu.weight"), 1);
	/* Without slicectld nobody would put it back. */
	CHECK_INT(count_changes(&fixture), 1);
	hierarchy_set_supervised(fixture.hierarchy);
	CHECK_INT(count_changes(&fixture), 0);
	tree_write(&fixture.tree, "a.slice/cpu.weight", "777\n");
	CHECK_INT(nudge_is_intact(fixture.hierarchy, "a.slice", "cpu.weight"), 0);
	CHECK_INT(count_changes(&fixture), 1);
	/* The baseline itself, written by someone else, is not what was changed. */
	CHECK_INT(nudge_write(fixture.hierarchy, "a.slice", "cpu.weight", "250", true, NULL),
		  -ESTALE);
	CHECK_INT(set(&fixture, "250"), 0);
	tree_write(&fixture.tree, "a.slice/cpu.weight", "777\n");
	CHECK_INT(nudge_is_intact(fixture.hierarchy, "a.slice", "cpu.weight"), 0);
	slicectl_limits_free(limits);
	tear_down(&fixture);
}

TEST_MAIN("nudge", CASE(what_comes_back_is_not_planned), CASE(all_files_are_held_or_none),
	  CASE(whatever_it_dies_at_the_baseline_comes_back), CASE(what_is_held_stays_until_its_time),
	  CASE(a_hold_takes_the_present_value_for_the_baseline), CASE(only_some_files_are_written),
	  CASE(a_directory_for_everyone_is_not_believed), CASE(lines_for_devices_stay),
	  CASE(the_baseline_comes_back), CASE(an_interrupted_change_is_ours),
	  CASE(what_someone_else_writes_stays), CASE(a_wrong_mark_is_none),
	  CASE(a_mark_of_a_user_is_not_believed))
