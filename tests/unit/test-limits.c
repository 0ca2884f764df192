/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/limits.h"

#include <errno.h>

#include "cgroup/limit_io.h"
#include "tree.h"
#include "test.h"

/* What a value becomes; the error's name when it is refused. */
static const char *normal(const char *file, const char *value)
{
	static char out[512];
	_cleanup_limits_ struct slicectl_limits *limits = slicectl_limits_new();
	int r = slicectl_limits_set(limits, file, value, NULL);

	if (r < 0)
		return strerrorname_np(-r);
	(void)snprintf(out, sizeof(out), "%s", slicectl_limits_value(limits, 0));
	return out;
}

static void memory_counts_in_pages(void)
{
	CHECK_TEXT(normal("memory.max", "1G"), "1073741824");
	CHECK_TEXT(normal("memory.max", "1000000"), "999424");
	CHECK_TEXT(normal("memory.max", "max"), "max");
	CHECK_TEXT(normal("memory.max", " 128M "), "134217728");
	CHECK_TEXT(normal("memory.max", "4095"), "ERANGE");
	CHECK_TEXT(normal("memory.high", "0"), "ERANGE");
	CHECK_TEXT(normal("memory.low", "0"), "0");
	CHECK_TEXT(normal("memory.swap.max", "0"), "0");
	CHECK_TEXT(normal("memory.max", "16777215T"), "ERANGE");
	CHECK_TEXT(normal("memory.max", "128MiB"), "EINVAL");
	CHECK_TEXT(normal("memory.max", "-1"), "EINVAL");
	CHECK_TEXT(normal("memory.max", ""), "EINVAL");
	CHECK_TEXT(normal("memory.max", "101%"), "EINVAL");
	CHECK(atoll(normal("memory.max", "50%")) > 4096);
	CHECK_INT(atoll(normal("memory.max", "50%")) % 4096, 0);
}

static void weights_have_a_range(void)
{
	CHECK_TEXT(normal("cpu.weight", "1"), "1");
	CHECK_TEXT(normal("cpu.weight", "10000"), "10000");
	CHECK_TEXT(normal("cpu.weight", "0"), "ERANGE");
	CHECK_TEXT(normal("cpu.weight", "10001"), "ERANGE");
	CHECK_TEXT(normal("cpu.weight", "1e3"), "EINVAL");
	CHECK_TEXT(normal("io.weight", "200"), "default 200");
	CHECK_TEXT(normal("io.weight", "default 200"), "default 200");
}

static void cpu_max_has_quota_and_period(void)
{
	CHECK_TEXT(normal("cpu.max", "50%"), "50000 100000");
	CHECK_TEXT(normal("cpu.max", "250%"), "250000 100000");
	CHECK_TEXT(normal("cpu.max", "20000 50000"), "20000 50000");
	CHECK_TEXT(normal("cpu.max", "50% 10000"), "5000 10000");
	CHECK_TEXT(normal("cpu.max", "max"), "max 100000");
	CHECK_TEXT(normal("cpu.max", "max 50000"), "max 50000");
	CHECK_TEXT(normal("cpu.max", "999"), "ERANGE");
	CHECK_TEXT(normal("cpu.max", "5000 1000001"), "ERANGE");
	CHECK_TEXT(normal("cpu.max", "5000 x"), "EINVAL");
	CHECK_TEXT(normal("cpu.max", "0%"), "ERANGE");
}

static void pids_max_counts_tasks(void)
{
	CHECK_TEXT(normal("pids.max", "64"), "64");
	CHECK_TEXT(normal("pids.max", "max"), "max");
	CHECK_TEXT(normal("pids.max", "0"), "ERANGE");
	CHECK_TEXT(normal("pids.max", "4194305"), "ERANGE");
	CHECK(atoll(normal("pids.max", "10%")) > 0);
}

static void cpusets_are_sorted_and_merged(void)
{
	CHECK_TEXT(normal("cpuset.cpus", "0-3,8"), "0-3,8");
	CHECK_TEXT(normal("cpuset.cpus", "8, 2,0-1,3"), "0-3,8");
	CHECK_TEXT(normal("cpuset.mems", "0"), "0");
	CHECK_TEXT(normal("cpuset.cpus", "3-1"), "EINVAL");
	CHECK_TEXT(normal("cpuset.cpus", "a"), "EINVAL");
	CHECK_TEXT(normal("cpuset.cpus", "1,,2"), "EINVAL");
	CHECK_TEXT(normal("cpuset.cpus", ","), "EINVAL");
	CHECK_TEXT(normal("cpuset.cpus", "0,"), "EINVAL");
	CHECK_TEXT(normal("cpuset.cpus", " ,0"), "EINVAL");
	CHECK_TEXT(normal("cpuset.cpus", "4096"), "ERANGE");
}

static void hugetlb_counts_in_huge_pages(void)
{
	CHECK_TEXT(normal("hugetlb.2MB.max", "5M"), "4194304");
	CHECK_TEXT(normal("hugetlb.1GB.max", "1G"), "1073741824");
	CHECK_TEXT(normal("hugetlb.64KB.max", "100K"), "65536");
	CHECK_TEXT(normal("hugetlb.2MB.max", "max"), "max");
	CHECK_TEXT(normal("hugetlb.2MB.max", "10%"), "EINVAL");
	CHECK_TEXT(normal("hugetlb.MB.max", "1M"), "EINVAL");
}

static void io_max_names_devices(void)
{
	CHECK_TEXT(normal("io.max", "8:0:100M"), "8:0 rbps=104857600 wbps=104857600");
	CHECK_TEXT(normal("io.max", "8:0:rbps=1M,wiops=100"), "8:0 rbps=1048576 wiops=100");
	CHECK_TEXT(normal("io.max", "8:0 rbps=1M wbps=max"), "8:0 rbps=1048576 wbps=max");
	CHECK_TEXT(normal("io.max", "8:0:1M 8:16:2M"),
		   "8:0 rbps=1048576 wbps=1048576\n8:16 rbps=2097152 wbps=2097152");
	CHECK_TEXT(normal("io.max", "8:0 rbps=4 wbps=max riops=max wiops=max"),
		   "8:0 rbps=4 wbps=max riops=max wiops=max");
	CHECK_TEXT(normal("io.max", "8:0:rbps=1"), "ERANGE");
	CHECK_TEXT(normal("io.max", "8:0"), "EINVAL");
	CHECK_TEXT(normal("io.max", "rbps=1M"), "EINVAL");
	CHECK_TEXT(normal("io.max", "8:0:speed=1M"), "EINVAL");
	CHECK_TEXT(normal("io.max", "8:x:1M"), "EINVAL");
	CHECK_TEXT(normal("io.max", "8:-1:1M"), "EINVAL");
	CHECK_TEXT(normal("io.max", "/dev/null:1M"), "ENOENT");
	CHECK_TEXT(normal("io.max", "/nowhere"), "ENOENT");
}

static void io_max_is_compared_by_key(void)
{
	const char *current =
		"8:0 rbps=100 wbps=max riops=max wiops=7\n8:16 rbps=5 wbps=5 riops=5 wiops=5";

	CHECK(limit_io_is_current("8:0 rbps=100", current));
	CHECK(limit_io_is_current("8:0 rbps=100 wbps=max wiops=7", current));
	CHECK(!limit_io_is_current("8:0 rbps=101", current));
	CHECK(limit_io_is_current("8:32 rbps=max", current));
	CHECK(!limit_io_is_current("8:32 rbps=9", current));
	CHECK(limit_io_is_current("8:0 rbps=max", ""));
}

static void files_that_act_are_refused(void)
{
	static const char *const bad[] = { "cgroup.procs",
					   "cgroup.kill",
					   "cgroup.freeze",
					   "cgroup.subtree_control",
					   "cgroup.type",
					   "cgroup.threads",
					   "nothing",
					   "nothing.max",
					   "../memory.max",
					   "memory.max/x",
					   "",
					   "memory",
					   "memory.max\n" };
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	_cleanup_limits_ struct slicectl_limits *limits = slicectl_limits_new();

	for (size_t i = 0; i < ELEMENTS(bad); i++)
		CHECK_TEXT(normal(bad[i], "1"), "EINVAL");
	CHECK_INT(slicectl_limits_set(limits, "cpu.idle", "1", &error), -EINVAL);
	CHECK_HAS(error.message, "cpu.weight");
	CHECK_INT(slicectl_limits_count(limits), 0);
	CHECK_TEXT(normal("cgroup.max.depth", "3"), "3");
	CHECK_TEXT(normal("memory.oom.group", "1"), "1");
}

static void later_values_replace_earlier(void)
{
	_cleanup_limits_ struct slicectl_limits *limits = slicectl_limits_new();
	_cleanup_limits_ struct slicectl_limits *copy = NULL;

	CHECK_INT(slicectl_limits_set(limits, "cpu.weight", "1", NULL), 0);
	CHECK_INT(slicectl_limits_set(limits, "pids.max", "5", NULL), 0);
	CHECK_INT(slicectl_limits_set(limits, "cpu.weight", "2", NULL), 0);
	CHECK_INT(slicectl_limits_set(limits, "cpu.weight", "x", NULL), -EINVAL);
	copy = limits_copy(limits);
	CHECK_INT(slicectl_limits_count(copy), 2);
	CHECK_TEXT(slicectl_limits_file(copy, 0), "cpu.weight");
	CHECK_TEXT(slicectl_limits_value(copy, 0), "2");
	CHECK(!slicectl_limits_file(copy, 2));
	CHECK_INT(slicectl_limits_count(NULL), 0);
}

/* Whatever was set is set again to the same by what it became. */
static void normal_form_is_stable(void)
{
	static const char *const pairs[][2] = {
		{ "memory.max", "12345678" },
		{ "cpu.max", "33.33%" },
		{ "io.weight", "7" },
		{ "cpuset.cpus", "5,4,3,9" },
		{ "io.max", "8:0:1M 9:1:riops=3" },
		{ "hugetlb.2MB.max", "9M" },
		{ "pids.max", "max" },
	};

	for (size_t i = 0; i < ELEMENTS(pairs); i++) {
		_cleanup_free_ char *once = strdup(normal(pairs[i][0], pairs[i][1]));

		CHECK_TEXT(normal(pairs[i][0], once), once);
	}
}

static void limits_are_written_and_read_back(void)
{
	_cleanup_limits_ struct slicectl_limits *limits = slicectl_limits_new();
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	_cleanup_tree_ struct tree tree = tree_new();

	tree_write(&tree, "cpu.weight", "");
	tree_write(&tree, "cgroup.controllers", "cpu\n");
	CHECK_INT(slicectl_limits_set(limits, "cpu.weight", "250", NULL), 0);
	CHECK_INT(limits_apply(tree.fd, "a.scope", limits, false, &error), 0);
	CHECK_TEXT(tree_read(&tree, "cpu.weight"), "250");
	CHECK_INT(slicectl_limits_set(limits, "memory.max", "1G", NULL), 0);
	CHECK_INT(limits_apply(tree.fd, "a.scope", limits, false, &error), -EOPNOTSUPP);
	CHECK_HAS(error.message, "controller memory is not enabled");
	CHECK_HAS(error.message, "a.scope: memory.max");
}

/* What limits nothing needs no controller. */
static void what_is_unset_needs_no_controller(void)
{
	_cleanup_limits_ struct slicectl_limits *limits = slicectl_limits_new();
	_cleanup_tree_ struct tree tree = tree_new();

	tree_write(&tree, "cgroup.controllers", "");
	CHECK_INT(slicectl_limits_set(limits, "memory.max", "max", NULL), 0);
	CHECK_INT(slicectl_limits_set(limits, "cpu.max", "max", NULL), 0);
	CHECK_INT(slicectl_limits_set(limits, "cpu.weight", "100", NULL), 0);
	CHECK_INT(slicectl_limits_set(limits, "io.weight", "100", NULL), 0);
	CHECK_INT(slicectl_limits_set(limits, "cpu.max.burst", "0", NULL), 0);
	CHECK_INT(slicectl_limits_set(limits, "hugetlb.2MB.max", "max", NULL), 0);
	CHECK_INT(limits_apply(tree.fd, "a.scope", limits, true, NULL), 0);
	CHECK_INT(slicectl_limits_set(limits, "cpu.weight", "99", NULL), 0);
	CHECK_INT(limits_apply(tree.fd, "a.scope", limits, true, NULL), -EOPNOTSUPP);
}

/* Nothing is written when a file is missing; what was written before a refusal is said. */
static void a_failure_says_what_was_set(void)
{
	_cleanup_limits_ struct slicectl_limits *limits = slicectl_limits_new();
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	_cleanup_tree_ struct tree tree = tree_new();

	tree_write(&tree, "cpu.weight", "100");
	CHECK_INT(slicectl_limits_set(limits, "cpu.weight", "250", NULL), 0);
	CHECK_INT(slicectl_limits_set(limits, "pids.max", "7", NULL), 0);
	CHECK(limits_apply(tree.fd, "a.scope", limits, false, &error) < 0);
	CHECK_TEXT(tree_read(&tree, "cpu.weight"), "100");
	CHECK(!strstr(error.message, "set before it"));
	tree_mkdir(&tree, "pids.max");
	CHECK(limits_apply(tree.fd, "a.scope", limits, true, &error) < 0);
	CHECK(!strstr(error.message, "set before it"));
	CHECK(limits_apply(tree.fd, "a.scope", limits, false, &error) < 0);
	CHECK_HAS(error.message, "; set before it: cpu.weight");
	CHECK_TEXT(tree_read(&tree, "cpu.weight"), "250");
}

static void only_what_differs_is_changed(void)
{
	struct slicectl_limits *before = slicectl_limits_new(), *now = slicectl_limits_new(),
			       *changed;

	CHECK_INT(slicectl_limits_set(before, "pids.max", "50", NULL), 0);
	CHECK_INT(slicectl_limits_set(before, "cpu.weight", "200", NULL), 0);
	CHECK_INT(slicectl_limits_set(before, "memory.max", "1G", NULL), 0);
	CHECK_INT(slicectl_limits_set(now, "pids.max", "50", NULL), 0);
	CHECK_INT(slicectl_limits_set(now, "cpu.weight", "210", NULL), 0);
	CHECK_INT(slicectl_limits_set(now, "memory.high", "1M", NULL), 0);
	changed = limits_changed(before, now);
	CHECK_INT(slicectl_limits_count(changed), 2);
	CHECK_TEXT(slicectl_limits_file(changed, 0), "cpu.weight");
	CHECK_TEXT(slicectl_limits_value(changed, 0), "210");
	CHECK_TEXT(slicectl_limits_file(changed, 1), "memory.high");
	slicectl_limits_free(changed);
	changed = limits_changed(NULL, before);
	CHECK_INT(slicectl_limits_count(changed), 3);
	slicectl_limits_free(changed);
	slicectl_limits_free(before);
	slicectl_limits_free(now);
}

TEST_MAIN("limits", CASE(only_what_differs_is_changed), CASE(memory_counts_in_pages),
	  CASE(weights_have_a_range), CASE(cpu_max_has_quota_and_period),
	  CASE(pids_max_counts_tasks), CASE(cpusets_are_sorted_and_merged),
	  CASE(hugetlb_counts_in_huge_pages), CASE(io_max_names_devices),
	  CASE(io_max_is_compared_by_key), CASE(files_that_act_are_refused),
	  CASE(later_values_replace_earlier), CASE(normal_form_is_stable),
	  CASE(limits_are_written_and_read_back), CASE(what_is_unset_needs_no_controller),
	  CASE(a_failure_says_what_was_set))
