/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/procfs.h"

#include <errno.h>
#include <fcntl.h>

#include "process/view.h"
#include "tree.h"
#include "base/identity.h"
#include "test.h"

#define STAT(pid, name, ppid, flags) \
	pid " (" name ") S " ppid " 0 0 0 -1 " flags " 0 0 0 0 0 0 0 0 20 0 1 0 12345 0 0\n"

static void stat_gives_the_fields(void)
{
	struct procfs_stat stat;

	CHECK_INT(procfs_stat_parse(STAT("42", "bash", "7", "4194304"), &stat), 0);
	CHECK_INT(stat.pid, 42);
	CHECK_INT(stat.ppid, 7);
	CHECK_TEXT(stat.comm, "bash");
	CHECK_INT(stat.state, 'S');
	CHECK_INT(stat.start_ticks, 12345);
	CHECK(!procfs_is_kernel_thread(&stat));
}

static void stat_counts_from_the_last_parenthesis(void)
{
	struct procfs_stat stat;

	CHECK_INT(procfs_stat_parse(STAT("9", "x) R 1 1 1", "3", "0"), &stat), 0);
	CHECK_TEXT(stat.comm, "x) R 1 1 1");
	CHECK_INT(stat.ppid, 3);
	CHECK_INT(stat.state, 'S');
}

static void kernel_threads_are_known_by_flag(void)
{
	struct procfs_stat stat;

	CHECK_INT(procfs_stat_parse(STAT("2", "kthreadd", "0", "2129984"), &stat), 0);
	CHECK(procfs_is_kernel_thread(&stat));
}

static void stat_refuses_what_is_none(void)
{
	static const char *const bad[] = { "",
					   "42",
					   "42 (x",
					   "42 x) S 1",
					   ") 42 (",
					   "x (y) S 1",
					   "1 (a) S",
					   "0 (a) S 1 0 0 0 -1 0",
					   "-5 (a) S 1 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 0" };
	struct procfs_stat stat = { .pid = 99 };

	for (size_t i = 0; i < ELEMENTS(bad); i++)
		CHECK_INT(procfs_stat_parse(bad[i], &stat), -EINVAL);
	CHECK_INT(stat.pid, 99);
}

static void cgroup_is_the_line_of_version_2(void)
{
	_cleanup_free_ char *path = NULL;

	CHECK_INT(procfs_cgroup_parse("2:cpu:/x\n1:memory:/y\n0::/a/b.scope\n", &path), 0);
	CHECK_TEXT(path, "/a/b.scope");
	free(path);
	path = NULL;
	CHECK_INT(procfs_cgroup_parse("0::/first\n1:cpu:/x\n", &path), 0);
	CHECK_TEXT(path, "/first");
	CHECK_INT(procfs_cgroup_parse("1:cpu:/x\n", &(char *){ NULL }), -ENODATA);
	CHECK_INT(procfs_cgroup_parse("", &(char *){ NULL }), -ENODATA);
}

static void comm_loses_only_its_newline(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	char comm[PROCFS_COMM_SIZE];

	tree_write(&tree, "10/comm", "with blank \n");
	tree_write(&tree, "11/comm", "\xff\x01\n");
	CHECK_INT(procfs_read_comm(tree.fd, 10, comm), 0);
	CHECK_TEXT(comm, "with blank ");
	CHECK_INT(procfs_read_comm(tree.fd, 11, comm), 0);
	CHECK_TEXT(comm, "\xff\x01");
	CHECK_INT(procfs_read_comm(tree.fd, 12, comm), -ESRCH);
}

static int sum_pids(const struct procfs_stat *stat, uint64_t looked_ns, void *data)
{
	CHECK(looked_ns > 0);
	*(int *)data += stat->pid;
	return 0;
}

static void a_look_passes_over_what_is_unreadable(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct view view = { .proc_fd = tree.fd }, none = VIEW_NULL;
	int sum = 0;

	tree_write(&tree, "10/stat", STAT("10", "a", "1", "0"));
	tree_write(&tree, "20/stat", "rubbish");
	tree_write(&tree, "30/comm", "no stat\n");
	tree_write(&tree, "40/stat", STAT("40", "b", "10", "0"));
	tree_write(&tree, "self/stat", STAT("999", "s", "1", "0"));
	tree_write(&tree, "050/stat", STAT("50", "octal", "1", "0"));
	CHECK_INT(view_look(&view, sum_pids, &sum, NULL), 0);
	CHECK_INT(sum, 50);
	CHECK(view_look(&none, sum_pids, &sum, NULL) < 0);
}

/* Two megabytes of arguments are looked at as far as the room goes. */
static void a_long_file_is_read_in_part(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_free_ char *line = malloc(2 * 1024 * 1024 + 1);
	struct view view = { .proc_fd = tree.fd };
	char buffer[4096];

	CHECK_FATAL(line != NULL);
	memset(line, 'a', 2 * 1024 * 1024);
	line[2 * 1024 * 1024] = '\0';
	tree_write(&tree, "10/cmdline", line);
	CHECK_INT(view_read(&view, 10, "cmdline", buffer, sizeof(buffer)), sizeof(buffer));
	CHECK_INT(view_read(&view, 11, "cmdline", buffer, sizeof(buffer)), -ESRCH);
	tree_write(&tree, "12/cmdline", "");
	CHECK_INT(view_read(&view, 12, "cmdline", buffer, sizeof(buffer)), 0);
}

static void an_exec_shows_in_the_image(void)
{
	struct procfs_stat a = { .comm = "sh", .start_stack = 0x7ffd1000 }, b = a;

	CHECK(procfs_image(&a) == procfs_image(&b));
	b.start_stack = 0x7ffe2000;
	CHECK(procfs_image(&a) != procfs_image(&b));
	b = a;
	(void)strcpy(b.comm, "ls"); /* addresses are not random everywhere */
	CHECK(procfs_image(&a) != procfs_image(&b));
	b = a;
	a.start_stack = b.start_stack = 0; /* not shown to us: the name tells */
	CHECK(procfs_image(&a) == procfs_image(&b));
	(void)strcpy(b.comm, "ls");
	CHECK(procfs_image(&a) != procfs_image(&b));
	CHECK(procfs_image(&a) != 0);
	a.flags = b.flags = 0x00200000; /* kernel workers rename themselves all the time */
	CHECK(procfs_image(&a) == procfs_image(&b));
}

/* No process of a start time began later, and one of the next tick did. */
static void start_times_have_an_end(void)
{
	static const uint64_t suspended[] = { 0, 5000000000, (uint64_t)-300 };

	for (size_t i = 0; i < ELEMENTS(suspended); i++) {
		uint64_t end = identity_began_after(1000, suspended[i]);

		CHECK_INT(identity_ticks_after(end, suspended[i]), 1000);
		CHECK_INT(identity_ticks_after(end + 1, suspended[i]), 1001);
	}
	CHECK_INT(identity_began_after(1000, 3600000000000), 1);
}

/* A user can be in more groups than fit into what is read. */
static void status_with_many_groups(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	char text[20000];
	int length = snprintf(text, sizeof(text),
			      "Name:\tsh\nTgid:\t10\nUid:\t1000\t1000\nGroups:\t");
	uid_t uid = 0;
	pid_t tgid = 0;

	for (int group = 0; group < 2000; group++)
		length += snprintf(text + length, sizeof(text) - (size_t)length, "%d ",
				   10000 + group);
	(void)snprintf(text + length, sizeof(text) - (size_t)length, "\nNSpid:\t10\t5\n");
	tree_write(&tree, "10/status", text);
	CHECK_INT(procfs_read_uid(tree.fd, 10, &uid), 0);
	CHECK_INT(uid, 1000);
	CHECK_INT(procfs_read_tgid(tree.fd, 10, &tgid), 0);
	CHECK_INT(tgid, 10);
	CHECK_INT(procfs_read_uid(tree.fd, 11, &uid), -ESRCH);
}

static void pid_depth(void)
{
	CHECK_INT(procfs_pid_depth_parse("Name:\tsh\nNSpid:\t30990\nNSpgid:\t1\t2\n"), 0);
	CHECK_INT(procfs_pid_depth_parse("Name:\tsh\nNSpid:\t30990\t5\nNSpgid:\t1\n"), 1);
	CHECK_INT(procfs_pid_depth_parse("Name:\tsh\nNSpid:\t30990\t5\t1\n"), 2);
	CHECK_INT(procfs_pid_depth_parse("Name:\tsh\n"), 0); /* an old kernel */
	CHECK_INT(procfs_pid_depth_parse(""), 0);
}

TEST_MAIN("procfs", CASE(pid_depth), CASE(status_with_many_groups), CASE(start_times_have_an_end),
	  CASE(a_long_file_is_read_in_part), CASE(an_exec_shows_in_the_image),
	  CASE(stat_gives_the_fields), CASE(stat_counts_from_the_last_parenthesis),
	  CASE(kernel_threads_are_known_by_flag), CASE(stat_refuses_what_is_none),
	  CASE(cgroup_is_the_line_of_version_2), CASE(comm_loses_only_its_newline),
	  CASE(a_look_passes_over_what_is_unreadable))
