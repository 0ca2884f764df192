/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/procfs.h"

#include <errno.h>
#include <fcntl.h>

#include "process/scan.h"
#include "tree.h"
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
	static const char *const bad[] = { "",	   "42",	"42 (x",      "42 x) S 1", ") 42 (",
					   "x (y) S 1", "1 (a) S",	 "0 (a) S 1 0 0 0 -1 0",
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

static void scan_passes_over_what_is_unreadable(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	int sum = 0;

	tree_write(&tree, "10/stat", STAT("10", "a", "1", "0"));
	tree_write(&tree, "20/stat", "rubbish");
	tree_write(&tree, "30/comm", "no stat\n");
	tree_write(&tree, "40/stat", STAT("40", "b", "10", "0"));
	tree_write(&tree, "self/stat", STAT("999", "s", "1", "0"));
	tree_write(&tree, "050/stat", STAT("50", "octal", "1", "0"));
	CHECK_INT(scan_processes(tree.fd, sum_pids, &sum, NULL), 0);
	CHECK_INT(sum, 50);
	CHECK(scan_processes(-1, sum_pids, &sum, NULL) < 0);
}

TEST_MAIN("procfs", CASE(stat_gives_the_fields), CASE(stat_counts_from_the_last_parenthesis),
	  CASE(kernel_threads_are_known_by_flag), CASE(stat_refuses_what_is_none),
	  CASE(cgroup_is_the_line_of_version_2), CASE(comm_loses_only_its_newline),
	  CASE(scan_passes_over_what_is_unreadable))
