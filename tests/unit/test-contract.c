/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The contract that two systems on a node share, tested through the public headers. */

#include <slicectl/slicectl.h>

#include <errno.h>

#include "cgroup/base.h"
#include "cgroup/lifecycle.h"
#include "tree.h"
#include "test.h"

static struct slicectl_hierarchy *open_defaults(const struct tree *tree)
{
	const struct slicectl_hierarchy_options options = { tree->path, true };
	struct slicectl_hierarchy *hierarchy = NULL;
	struct slicectl_plan *plan = NULL;

	CHECK_FATAL(slicectl_hierarchy_open(&options, &hierarchy, NULL) == 0);
	CHECK_INT(slicectl_hierarchy_declare_defaults(hierarchy, NULL), 0);
	CHECK_INT(slicectl_hierarchy_plan(hierarchy, &plan, NULL), 0);
	CHECK_INT(slicectl_hierarchy_apply(hierarchy, plan, NULL), 0);
	slicectl_plan_free(plan);
	return hierarchy;
}

static void names_are_fixed(void)
{
	static const char *const paths[] = {
		SLICECTL_SLICE_PACT, SLICECTL_SLICE_INFRA, SLICECTL_SLICE_NETWORK,
		SLICECTL_SLICE_GPU,  SLICECTL_SLICE_AUDIT, SLICECTL_SLICE_WORKLOAD,
	};
	const struct slicectl_slice *slices;
	size_t n;

	slices = slicectl_default_slices(&n);
	CHECK_INT(n, ELEMENTS(paths));
	for (size_t i = 0; i < n; i++)
		CHECK_TEXT(slices[i].path, paths[i]);
	CHECK_TEXT(slices[0].path, "pact.slice");
	CHECK_TEXT(slicectl_owner_of(slices, n, "pact.slice/audit.slice"), SLICECTL_OWNER_PACT);
	CHECK_TEXT(slicectl_owner_of(slices, n, "workload.slice"), SLICECTL_OWNER_WORKLOAD);
}

static void resources_limit_nothing_by_default(void)
{
	static const struct slicectl_resource_limits none = SLICECTL_RESOURCE_LIMITS_INIT;
	struct slicectl_limits *limits = slicectl_limits_new();

	CHECK_INT(slicectl_limits_set_resources(limits, &none, NULL), 0);
	CHECK_INT(slicectl_limits_count(limits), 0);
	slicectl_limits_free(limits);
}

static void resources_become_interface_files(void)
{
	struct slicectl_resource_limits resources = SLICECTL_RESOURCE_LIMITS_INIT;
	struct slicectl_limits *limits = slicectl_limits_new();

	resources.memory_max = 512 * 1024 * 1024;
	resources.cpu_weight = 200;
	CHECK_INT(slicectl_limits_set_resources(limits, &resources, NULL), 0);
	CHECK_TEXT(slicectl_limits_file(limits, 0), "memory.max");
	CHECK_TEXT(slicectl_limits_value(limits, 0), "536870912");
	CHECK_TEXT(slicectl_limits_file(limits, 1), "cpu.weight");
	CHECK_TEXT(slicectl_limits_value(limits, 1), "200");
	resources.cpu_weight = 10001;
	CHECK_INT(slicectl_limits_set_resources(limits, &resources, NULL), -ERANGE);
	slicectl_limits_free(limits);
}

static void a_scope_lives_and_ends(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct slicectl_hierarchy *hierarchy = open_defaults(&tree);
	char *path = NULL;

	CHECK_INT(slicectl_scope_path(hierarchy, "workload.slice/alloc-42", &path, NULL), 0);
	CHECK_TEXT(path, "workload.slice/alloc-42.scope");
	CHECK_INT(slicectl_scope_create(hierarchy, "workload", path, NULL, NULL), 0);
	CHECK_INT(slicectl_scope_create(hierarchy, "workload", path, NULL, NULL), -EEXIST);
	CHECK_INT(slicectl_scope_destroy(hierarchy, "workload", path, 1000000, 0, NULL), 0);
	CHECK_INT(slicectl_scope_destroy(hierarchy, "workload", path, 1000000, 0, NULL), -ENOENT);
	free(path);
	slicectl_hierarchy_free(hierarchy);
}

static void the_other_owner_is_denied_by_name(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct slicectl_hierarchy *hierarchy = open_defaults(&tree);
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	CHECK_INT(slicectl_scope_create(hierarchy, "pact", "pact.slice/x", NULL, NULL), 0);
	CHECK_INT(slicectl_scope_create(hierarchy, "pact", "workload.slice/x", NULL, &error),
		  -EPERM);
	CHECK_HAS(error.message, "workload");
	CHECK_INT(slicectl_scope_destroy(hierarchy, "workload", "pact.slice/x", 0, 0, &error),
		  -EPERM);
	CHECK_INT(slicectl_scope_freeze(hierarchy, "workload", "pact.slice/x", true, 0, NULL),
		  -EPERM);
	CHECK_INT(slicectl_scope_kill(hierarchy, "workload", "pact.slice/x", 0, 0, NULL), -EPERM);
	CHECK_INT(slicectl_scope_move(hierarchy, "workload", "pact.slice/x", getpid(), NULL),
		  -EPERM);
	CHECK_INT(slicectl_scope_set(hierarchy, "workload", "pact.slice/x", NULL, NULL), -EPERM);
	CHECK_INT(slicectl_scope_remove(hierarchy, "workload", "pact.slice/x", NULL), -EPERM);
	slicectl_hierarchy_free(hierarchy);
}

static void anyone_reads_metrics(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct slicectl_hierarchy *hierarchy = open_defaults(&tree);
	struct slicectl_metrics metrics;

	tree_write(&tree, "workload.slice/memory.current", "4096\n");
	tree_write(&tree, "workload.slice/memory.max", "max\n");
	tree_write(&tree, "workload.slice/cpu.stat", "usage_usec 77\nuser_usec 7\n");
	tree_write(&tree, "workload.slice/cgroup.procs", "10\n0\n11\n");
	CHECK_INT(slicectl_metrics_read(hierarchy, "workload.slice", &metrics, NULL), 0);
	CHECK_INT(metrics.memory_current, 4096);
	CHECK(metrics.memory_max == SLICECTL_UNLIMITED);
	CHECK_INT(metrics.cpu_usage_usec, 77);
	CHECK_INT(metrics.nr_processes, 2);
	CHECK(metrics.pids_max == SLICECTL_UNKNOWN); /* a missing file does not mean zero */
	CHECK_INT(slicectl_metrics_read(hierarchy, "none.slice", &metrics, NULL), -ENOENT);
	slicectl_hierarchy_free(hierarchy);
}

static void limits_are_read_as_they_were_set(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct slicectl_hierarchy *hierarchy = open_defaults(&tree);
	struct slicectl_limits *limits = NULL;

	tree_write(&tree, "workload.slice/memory.max", "1073741824\n");
	tree_write(&tree, "workload.slice/memory.high", "max\n");
	tree_write(&tree, "workload.slice/cpu.weight", "100\n");
	tree_write(&tree, "workload.slice/io.max", "8:0 rbps=5 wbps=max riops=max wiops=max\n");
	tree_write(&tree, "workload.slice/hugetlb.2MB.max", "2097152\n");
	tree_write(&tree, "workload.slice/hugetlb.2MB.rsvd.max", "2097152\n");
	CHECK_INT(slicectl_hierarchy_read_limits(hierarchy, "workload.slice", &limits, NULL), 0);
	CHECK_INT(slicectl_limits_count(limits), 3);
	for (size_t i = 0; i < slicectl_limits_count(limits); i++) {
		const char *file = slicectl_limits_file(limits, i);

		if (strcmp(file, "memory.max") == 0)
			CHECK_TEXT(slicectl_limits_value(limits, i), "1073741824");
		if (strcmp(file, "io.max") == 0)
			CHECK_TEXT(slicectl_limits_value(limits, i),
				   "8:0 rbps=5 wbps=max riops=max wiops=max");
	}
	slicectl_limits_free(limits);
	slicectl_hierarchy_free(hierarchy);
}

/* For every pair of state and event: there are no transitions but those of the table. */
static void states_have_only_their_edges(void)
{
	static const struct {
		enum slicectl_scope_state from;
		enum lifecycle_event event;
		enum slicectl_scope_state to;
	} edges[] = {
		{ SLICECTL_SCOPE_CREATING, LIFECYCLE_LIMITS_APPLIED, SLICECTL_SCOPE_ACTIVE },
		{ SLICECTL_SCOPE_CREATING, LIFECYCLE_LIMIT_FAILED, SLICECTL_SCOPE_FAILED },
		{ SLICECTL_SCOPE_ACTIVE, LIFECYCLE_KILL, SLICECTL_SCOPE_RELEASING },
		{ SLICECTL_SCOPE_ACTIVE, LIFECYCLE_EMPTIED, SLICECTL_SCOPE_RELEASED },
		{ SLICECTL_SCOPE_RELEASING, LIFECYCLE_KILL, SLICECTL_SCOPE_RELEASING },
		{ SLICECTL_SCOPE_RELEASING, LIFECYCLE_EMPTIED, SLICECTL_SCOPE_RELEASED },
		{ SLICECTL_SCOPE_RELEASING, LIFECYCLE_SURVIVED, SLICECTL_SCOPE_ZOMBIE },
		{ SLICECTL_SCOPE_ZOMBIE, LIFECYCLE_KILL, SLICECTL_SCOPE_RELEASING },
		{ SLICECTL_SCOPE_ZOMBIE, LIFECYCLE_EMPTIED, SLICECTL_SCOPE_RELEASED },
	};
	size_t found = 0;

	for (int state = SLICECTL_SCOPE_CREATING; state <= SLICECTL_SCOPE_FAILED; state++) {
		for (int event = 0; event < _LIFECYCLE_EVENT_MAX; event++) {
			enum slicectl_scope_state next;

			found += lifecycle_next((enum slicectl_scope_state)state,
						(enum lifecycle_event)event, &next);
		}
	}
	CHECK_INT(found, ELEMENTS(edges));
	for (size_t i = 0; i < ELEMENTS(edges); i++) {
		enum slicectl_scope_state next = SLICECTL_SCOPE_CREATING;

		CHECK(lifecycle_next(edges[i].from, edges[i].event, &next));
		CHECK_INT(next, edges[i].to);
	}
	CHECK_TEXT(slicectl_scope_state_name(SLICECTL_SCOPE_ZOMBIE), "zombie");
	CHECK_TEXT(slicectl_scope_state_name((enum slicectl_scope_state)99), "unknown");
}

static const char *base_of(bool has_type, bool systemd, const char *holder)
{
	const struct base_facts facts = { "/mount", has_type, systemd, holder };
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	const char *base = NULL, *reason = NULL;

	if (base_choose(&facts, &base, &reason, &error) < 0) {
		CHECK_HAS(error.message, BASE_HOLDER_UNIT);
		return "refused";
	}
	CHECK(reason != NULL);
	return base;
}

static void the_base_follows_from_the_machine(void)
{
	CHECK_TEXT(base_of(false, false, NULL), "/mount");
	CHECK_TEXT(base_of(false, true, NULL), "refused");
	CHECK_TEXT(base_of(false, true, "/mount/system.slice/h.service"),
		   "/mount/system.slice/h.service");
	CHECK_TEXT(base_of(true, false, NULL), "/mount");
	CHECK_TEXT(base_of(true, true, NULL), "/mount");
}

TEST_MAIN("contract", CASE(names_are_fixed), CASE(resources_limit_nothing_by_default),
	  CASE(resources_become_interface_files), CASE(a_scope_lives_and_ends),
	  CASE(the_other_owner_is_denied_by_name), CASE(anyone_reads_metrics),
	  CASE(limits_are_read_as_they_were_set), CASE(states_have_only_their_edges),
	  CASE(the_base_follows_from_the_machine))
