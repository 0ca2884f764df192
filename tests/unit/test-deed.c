/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/deed.h"

#include <errno.h>
#include <unistd.h>

#include <slicectl/hierarchy.h>
#include <slicectl/scope.h>

#include "base/error.h"
#include "base/identity.h"
#include "cgroup/hierarchy.h"
#include "test.h"
#include "tree.h"

static struct slicectl_hierarchy *open_tree(const struct tree *tree)
{
	const struct slicectl_hierarchy_options options = { tree->path, true };
	static const struct slicectl_slice slice = { "a.slice", "one" };
	struct slicectl_hierarchy *hierarchy = NULL;

	tree_mkdir(tree, "a.slice");
	CHECK_FATAL(slicectl_hierarchy_open(&options, &hierarchy, NULL) == 0);
	CHECK_FATAL(slicectl_hierarchy_declare(hierarchy, &slice, NULL, NULL) == 0);
	return hierarchy;
}

static struct deed deed_of(enum deed_kind kind, const pid_t *pids, size_t n_pids)
{
	return (struct deed){ .kind = kind,
			      .owner = "one",
			      .scope = "a.slice/x.scope",
			      .pids = pids,
			      .n_pids = n_pids,
			      .timeout_usec = 1000000 };
}

static bool is_there(struct slicectl_hierarchy *hierarchy)
{
	uint64_t id;

	return slicectl_scope_id(hierarchy, "a.slice/x.scope", &id, NULL) == 0;
}

static void a_scope_is_created_and_destroyed(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_hierarchy_ struct slicectl_hierarchy *hierarchy = open_tree(&tree);
	struct deed deed = deed_of(DEED_CREATE, NULL, 0);
	size_t processes = 7;

	CHECK_INT(deed_carry_out(hierarchy, -1, &deed, NULL, NULL, &processes, NULL), 0);
	CHECK_INT(processes, 0);
	CHECK(is_there(hierarchy));
	CHECK_INT(deed_carry_out(hierarchy, -1, &deed, NULL, NULL, &processes, NULL), -EEXIST);
	CHECK(is_there(hierarchy));
	deed.kind = DEED_DESTROY;
	CHECK_INT(deed_carry_out(hierarchy, -1, &deed, NULL, NULL, &processes, NULL), 0);
	CHECK(!is_there(hierarchy));
}

/* In a tree of plain files nothing can be moved, and without cgroup.events nothing removed. */
static void a_scope_that_stays_after_a_failed_move_is_named(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_hierarchy_ struct slicectl_hierarchy *hierarchy = open_tree(&tree);
	const pid_t pid = getpid();
	const struct deed deed = deed_of(DEED_CREATE, &pid, 1);
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	size_t processes = 7;

	CHECK(deed_carry_out(hierarchy, -1, &deed, NULL, NULL, &processes, &error) < 0);
	CHECK_HAS(error.message, "a.slice/x.scope stays, with");
	CHECK_INT(processes, 0);
	CHECK(is_there(hierarchy));
}

static void another_owner_changes_nothing(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_hierarchy_ struct slicectl_hierarchy *hierarchy = open_tree(&tree);
	const pid_t pid = getpid();

	CHECK_FATAL(slicectl_scope_create(hierarchy, "one", "a.slice/x", NULL, NULL) == 0);
	for (enum deed_kind kind = 0; kind < DEED_RESTORE; kind++) {
		struct deed deed = deed_of(kind, &pid, 1);
		struct slicectl_error error = SLICECTL_ERROR_INIT;
		size_t processes;

		deed.owner = "two";
		CHECK_INT(deed_carry_out(hierarchy, -1, &deed, NULL, NULL, &processes, &error),
			  -EPERM);
		CHECK_HAS(error.message, "one");
	}
	CHECK(is_there(hierarchy));
}

static void a_later_scope_with_that_path_is_spared(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_hierarchy_ struct slicectl_hierarchy *hierarchy = open_tree(&tree);
	struct deed deed = deed_of(DEED_DESTROY, NULL, 0);
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	size_t processes;

	CHECK_FATAL(slicectl_scope_create(hierarchy, "one", "a.slice/x", NULL, NULL) == 0);
	CHECK_FATAL(slicectl_scope_id(hierarchy, "a.slice/x", &deed.id, NULL) == 0);
	deed.id++;
	CHECK_INT(deed_carry_out(hierarchy, -1, &deed, NULL, NULL, &processes, &error), -ENOENT);
	CHECK_HAS(error.message, "a.slice/x.scope");
	CHECK(is_there(hierarchy));
	deed.id--;
	CHECK_INT(deed_carry_out(hierarchy, -1, &deed, NULL, NULL, &processes, &error), 0);
	CHECK(!is_there(hierarchy));
}

/* Refuses the process, with a sentence or without. */
static int refuse(const struct held_process *held, void *data, struct slicectl_error *error)
{
	const bool *speaks = data;

	CHECK_INT(held->stat.pid, getpid());
	return *speaks ? error_set(error, EPERM, "not this one") : -ESRCH;
}

static void the_check_decides_about_each_process(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	_cleanup_hierarchy_ struct slicectl_hierarchy *hierarchy = open_tree(&tree);
	const pid_t pid = getpid();
	const struct deed deed = deed_of(DEED_MOVE, &pid, 1);
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	bool speaks = true;
	size_t processes;

	CHECK_FATAL(slicectl_scope_create(hierarchy, "one", "a.slice/x", NULL, NULL) == 0);
	CHECK_INT(deed_carry_out(hierarchy, -1, &deed, refuse, &speaks, &processes, &error), -EPERM);
	CHECK_TEXT(error.message, "not this one");
	speaks = false;
	CHECK_INT(deed_carry_out(hierarchy, -1, &deed, refuse, &speaks, &processes, &error), -ESRCH);
	CHECK_HAS(error.message, "there is no such process");
	CHECK_INT(deed_carry_out(hierarchy, -1, &deed, refuse, &speaks, &processes, NULL), -ESRCH);
}

TEST_MAIN("deed", CASE(a_scope_is_created_and_destroyed),
	  CASE(a_scope_that_stays_after_a_failed_move_is_named), CASE(another_owner_changes_nothing),
	  CASE(a_later_scope_with_that_path_is_spared), CASE(the_check_decides_about_each_process))
