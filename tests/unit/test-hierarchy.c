/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/hierarchy.h"

#include <errno.h>

#include <slicectl/scope.h>

#include "cgroup/controller.h"
#include "cgroup/interface.h"
#include "cgroup/limits.h"
#include "cgroup/mount.h"
#include "cgroup/plan.h"
#include "cgroup/refusal.h"
#include "tree.h"
#include "test.h"

static struct slicectl_hierarchy *open_tree(const struct tree *tree)
{
	const struct slicectl_hierarchy_options options = { tree->path, true };
	struct slicectl_hierarchy *hierarchy = NULL;

	CHECK_FATAL(slicectl_hierarchy_open(&options, &hierarchy, NULL) == 0);
	return hierarchy;
}

static void a_plain_directory_is_refused(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	const struct slicectl_hierarchy_options options = { tree.path, false };
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct slicectl_hierarchy *hierarchy = NULL;

	CHECK_INT(slicectl_hierarchy_open(&options, &hierarchy, &error), -EOPNOTSUPP);
	CHECK_HAS(error.message, "not on a cgroup2 file system");
	CHECK(!hierarchy);
}

static void declarations_are_checked(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_hierarchy_ struct slicectl_hierarchy *hierarchy = open_tree(&tree);
	static const struct slicectl_slice top = { "a.slice", "one" };
	static const struct slicectl_slice bad[] = {
		{ "b.slice", NULL }, { "c.slice/d.slice", "one" },
		{ "x", "one" },      { "../y.slice", "one" },
		{ "", "one" },
	};

	CHECK_INT(slicectl_hierarchy_declare(hierarchy, &top, NULL, NULL), 0);
	CHECK_INT(slicectl_hierarchy_declare(hierarchy, &top, NULL, NULL), -EEXIST);
	for (size_t i = 0; i < ELEMENTS(bad); i++)
		CHECK_INT(slicectl_hierarchy_declare(hierarchy, &bad[i], NULL, NULL), -EINVAL);
	CHECK_TEXT(slicectl_hierarchy_owner(hierarchy, "a.slice/x.scope"), "one");
	CHECK_INT(slicectl_hierarchy_set_controllers(hierarchy, "cpu nonsense", NULL), -EINVAL);
}

static const char *change_text(const struct slicectl_plan *plan, size_t i)
{
	static char text[256];
	const struct slicectl_change *change = slicectl_plan_change(plan, i);

	(void)snprintf(text, sizeof(text), "%d %s %s %s>%s", (int)change->kind, change->path,
		       change->file ? change->file : "-",
		       change->old_value ? change->old_value : "-",
		       change->new_value ? change->new_value : "-");
	return text;
}

static void plan_goes_from_the_base_down(void)
{
	_cleanup_limits_ struct slicectl_limits *limits = slicectl_limits_new();
	static const struct slicectl_slice a = { "a.slice", "one" };
	static const struct slicectl_slice b = { "a.slice/b.slice", NULL };
	_cleanup_plan_ struct slicectl_plan *plan = NULL;
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_hierarchy_ struct slicectl_hierarchy *hierarchy = NULL;

	tree_write(&tree, "cgroup.controllers", "cpu memory rdma\n");
	tree_write(&tree, "cgroup.subtree_control", "cpu\n");
	tree_write(&tree, "a.slice/cgroup.subtree_control", "\n");
	tree_write(&tree, "a.slice/cpu.weight", "100\n");
	hierarchy = open_tree(&tree);
	CHECK_INT(slicectl_limits_set(limits, "cpu.weight", "300", NULL), 0);
	CHECK_INT(slicectl_hierarchy_declare(hierarchy, &a, limits, NULL), 0);
	CHECK_INT(slicectl_hierarchy_declare(hierarchy, &b, NULL, NULL), 0);
	CHECK_INT(slicectl_hierarchy_plan(hierarchy, &plan, NULL), 0);
	CHECK_FATAL(slicectl_plan_count(plan) == 7);
	CHECK_TEXT(change_text(plan, 0), "1  cgroup.subtree_control ->memory");
	CHECK_TEXT(change_text(plan, 1), "1 a.slice cgroup.subtree_control ->cpu");
	CHECK_TEXT(change_text(plan, 2), "1 a.slice cgroup.subtree_control ->memory");
	CHECK_TEXT(change_text(plan, 3), "2 a.slice cpu.weight 100>300");
	CHECK_TEXT(change_text(plan, 4), "0 a.slice/b.slice - ->-");
	CHECK_TEXT(change_text(plan, 5), "1 a.slice/b.slice cgroup.subtree_control ->cpu");
	CHECK(!slicectl_plan_change(plan, 7));
}

static void apply_makes_the_plan_empty(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_hierarchy_ struct slicectl_hierarchy *hierarchy = open_tree(&tree);
	struct slicectl_plan *plan = NULL;

	CHECK_INT(slicectl_hierarchy_declare_defaults(hierarchy, NULL), 0);
	CHECK_INT(slicectl_hierarchy_plan(hierarchy, &plan, NULL), 0);
	CHECK_INT(slicectl_plan_count(plan), 6);
	CHECK_INT(slicectl_hierarchy_apply(hierarchy, plan, NULL), 0);
	slicectl_plan_free(plan);
	CHECK_INT(slicectl_hierarchy_plan(hierarchy, &plan, NULL), 0);
	CHECK_INT(slicectl_plan_count(plan), 0);
	slicectl_plan_free(plan);
}

static void only_the_owner_changes_a_slice(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_hierarchy_ struct slicectl_hierarchy *hierarchy = open_tree(&tree);
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	CHECK_INT(slicectl_hierarchy_declare_defaults(hierarchy, NULL), 0);
	tree_mkdir(&tree, "workload.slice");
	CHECK_INT(slicectl_scope_create(hierarchy, "pact", "workload.slice/x", NULL, &error),
		  -EPERM);
	CHECK_HAS(error.message, "workload");
	CHECK_HAS(error.message, "pact");
	CHECK_INT(slicectl_scope_create(hierarchy, NULL, "workload.slice/x", NULL, NULL), -EPERM);
	CHECK_INT(slicectl_scope_create(hierarchy, "one", "other.slice/x", NULL, &error), -EPERM);
	CHECK_INT(slicectl_scope_create(hierarchy, "pact", "pact.slice/x", NULL, &error), -ENOENT);
	CHECK_HAS(error.message, "slicectl init");
	CHECK_INT(slicectl_scope_create(hierarchy, "workload", "workload.slice/x", NULL, NULL), 0);
	CHECK_INT(slicectl_scope_create(hierarchy, "workload", "workload.slice/x", NULL, NULL),
		  -EEXIST);
}

/* A limit that fails takes the scope with it. */
static void a_failed_limit_leaves_no_scope(void)
{
	_cleanup_limits_ struct slicectl_limits *limits = slicectl_limits_new();
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_hierarchy_ struct slicectl_hierarchy *hierarchy = open_tree(&tree);
	char **paths = NULL;

	CHECK_INT(slicectl_hierarchy_declare_defaults(hierarchy, NULL), 0);
	tree_mkdir(&tree, "workload.slice");
	CHECK_INT(slicectl_limits_set(limits, "memory.max", "1G", NULL), 0);
	CHECK_INT(slicectl_scope_create(hierarchy, "workload", "workload.slice/x", limits, NULL),
		  -EOPNOTSUPP);
	CHECK_INT(slicectl_scope_list(hierarchy, NULL, &paths, NULL), 0);
	CHECK(!paths[0]);
	slicectl_scope_list_free(paths);
}

static void links_are_not_followed(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_hierarchy_ struct slicectl_hierarchy *hierarchy = open_tree(&tree);

	CHECK_INT(slicectl_hierarchy_declare_defaults(hierarchy, NULL), 0);
	CHECK_INT(symlinkat("/tmp", tree.fd, "workload.slice"), 0);
	CHECK(slicectl_scope_create(hierarchy, "workload", "workload.slice/x", NULL, NULL) < 0);
	CHECK(access("/tmp/x.scope", F_OK) < 0);
}

static void unreadable_is_not_empty(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_hierarchy_ struct slicectl_hierarchy *hierarchy = open_tree(&tree);
	bool empty = false;

	tree_mkdir(&tree, "a.slice/x.scope");
	CHECK(slicectl_scope_is_empty(hierarchy, "a.slice/x", &empty, NULL) < 0);
	CHECK(!empty);
	tree_write(&tree, "a.slice/x.scope/cgroup.events", "populated 1\nfrozen 0\n");
	CHECK_INT(slicectl_scope_is_empty(hierarchy, "a.slice/x", &empty, NULL), 0);
	CHECK(!empty);
	tree_write(&tree, "a.slice/x.scope/cgroup.events", "populated 0\nfrozen 0\n");
	CHECK_INT(slicectl_scope_is_empty(hierarchy, "a.slice/x", &empty, NULL), 0);
	CHECK(empty);
}

static void keys_are_whole_words(void)
{
	uint64_t value = 0;

	CHECK_INT(interface_parse_key("populated 1\nfrozen 0\n", "frozen", &value), 0);
	CHECK_INT(value, 0);
	CHECK_INT(interface_parse_key("usage_usec 12\nuser_usec 7", "user_usec", &value), 0);
	CHECK_INT(value, 7);
	CHECK_INT(interface_parse_key("populatedx 1\n", "populated", &value), -ENODATA);
	CHECK_INT(interface_parse_key("", "populated", &value), -ENODATA);
	CHECK_INT(interface_parse_key("populated x\n", "populated", &value), -EINVAL);
}

static void controllers_are_a_set(void)
{
	controller_set set = 0;

	CHECK_INT(controller_parse("cpu memory\n"), controller_parse("memory  cpu"));
	CHECK_INT(controller_parse("newthing cpu"), controller_parse("cpu"));
	CHECK_INT(controller_parse_strict("cpu newthing", &set, NULL), -EINVAL);
	CHECK_INT(controller_of_file("memory.swap.max"), controller_parse("memory"));
	CHECK_INT(controller_of_file("cpuset.cpus"), controller_parse("cpuset"));
	CHECK_INT(controller_of_file("cgroup.max.depth"), 0);
}

static void mount_is_found_in_mountinfo(void)
{
	_cleanup_free_ char *path = NULL;

	CHECK_INT(mount_parse("22 1 0:5 / /proc rw - proc proc rw\n"
			      "30 1 0:9 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
			      "31 1 0:27 / /mnt/with\\040blank rw shared:9 - cgroup2 none rw\n",
			      &path),
		  0);
	CHECK_TEXT(path, "/mnt/with blank");
	CHECK_INT(mount_parse("22 1 0:5 / /proc rw - proc cgroup2 rw\n", &(char *){ NULL }),
		  -ENODEV);
}

static void refusals_name_cause_and_remedy(void)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	CHECK_INT(refusal_set(&error, REFUSAL_LIMIT, -ENOENT, "a.scope", "cpu.max", "1"),
		  -EOPNOTSUPP);
	CHECK_HAS(error.message, "a.scope: cpu.max: cannot write '1'");
	CHECK_INT(refusal_set(&error, REFUSAL_MOVE, -EBUSY, "a.slice", "cgroup.procs", "9"), -EBUSY);
	CHECK_HAS(error.message, "only leaf cgroups may hold processes");
	CHECK_INT(refusal_set(&error, REFUSAL_MOVE, -EIO, "a", NULL, NULL), -EIO);
	CHECK_HAS(error.message, "Input/output error");
}

TEST_MAIN("hierarchy", CASE(a_plain_directory_is_refused), CASE(declarations_are_checked),
	  CASE(plan_goes_from_the_base_down), CASE(apply_makes_the_plan_empty),
	  CASE(only_the_owner_changes_a_slice), CASE(a_failed_limit_leaves_no_scope),
	  CASE(links_are_not_followed), CASE(unreadable_is_not_empty), CASE(keys_are_whole_words),
	  CASE(controllers_are_a_set), CASE(mount_is_found_in_mountinfo),
	  CASE(refusals_name_cause_and_remedy))
