/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/node/generation.h"

#include <fcntl.h>
#include <slicectl/hierarchy.h>

#include "cgroup/handle.h"
#include "supervisor/node/node.h"
#include "test.h"
#include "tree.h"

/* @ret_fd stands for what the generation holds: it is closed when the generation is freed. */
static struct generation *generation_on(const struct tree *tree, uint64_t max_processes, int *ret_fd)
{
	const struct slicectl_hierarchy_options options = { tree->path, true };
	struct config *config = calloc(1, sizeof(*config));
	struct slicectl_hierarchy *hierarchy = NULL;
	struct generation *generation;

	CHECK_FATAL(config && slicectl_hierarchy_open(&options, &hierarchy, NULL) == 0);
	config->supervisor.max_processes = max_processes;
	*ret_fd = hierarchy->base_fd;
	generation = generation_new(config, hierarchy);
	CHECK_FATAL(generation != NULL);
	return generation;
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void it_lives_as_long_as_the_last_reference(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct generation *generation, *family, *job;
	int fd;

	generation = generation_on(&tree, 0, &fd);
	family = generation_ref(generation);
	job = generation_ref(generation);
	CHECK(family == generation && job == generation);
	CHECK(!generation_unref(generation));
	CHECK(!generation_unref(family));
	CHECK(is_open(fd));
	CHECK(!generation_unref(job));
	CHECK(!is_open(fd));
}

static void a_derived_one_keeps_the_configuration(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	const struct slicectl_hierarchy_options options = { tree.path, true };
	struct slicectl_hierarchy *hierarchy = NULL;
	struct generation *first, *second, *third;
	int before, after;

	first = generation_on(&tree, 7, &before);
	CHECK_FATAL(slicectl_hierarchy_open(&options, &hierarchy, NULL) == 0);
	after = hierarchy->base_fd;
	second = generation_derive(first, hierarchy);
	CHECK_FATAL(second != NULL);
	CHECK(!generation_unref(first));
	CHECK(is_open(before));
	CHECK_INT(second->config->supervisor.max_processes, 7);
	CHECK_FATAL(slicectl_hierarchy_open(&options, &hierarchy, NULL) == 0);
	third = generation_derive(second, hierarchy);
	CHECK_FATAL(third != NULL);
	CHECK(!generation_unref(second));
	CHECK(!is_open(after));
	CHECK_INT(third->config->supervisor.max_processes, 7);
	CHECK(!generation_unref(third));
	CHECK(!is_open(before));
}

static void none_is_accepted(void)
{
	CHECK(!generation_unref(NULL));
}

static void a_reload_leaves_the_old_one_to_its_families(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct node node = { .view = VIEW_NULL };
	struct generation *family;
	int before, after;

	node_enforce(&node, generation_on(&tree, 1000, &before));
	CHECK_INT(node.table.capacity, 1000);
	family = generation_ref(node.generation);
	node_enforce(&node, generation_on(&tree, 2000, &after));
	CHECK_INT(node.table.capacity, 2000);
	CHECK(node.config == node.generation->config);
	CHECK(node.hierarchy == node.generation->hierarchy);
	CHECK_INT(family->config->supervisor.max_processes, 1000);
	CHECK(is_open(before));
	CHECK(!generation_unref(family));
	CHECK(!is_open(before));
	CHECK(is_open(after));
	node_done(&node);
	CHECK(!is_open(after));
}

/* No family has it: a reload ends it. */
static void a_reload_frees_what_nobody_refers_to(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct node node = { .view = VIEW_NULL };
	int before, after;

	node_enforce(&node, generation_on(&tree, 1000, &before));
	/* Opened before the other is closed, so it has another number. */
	node_enforce(&node, generation_on(&tree, 1000, &after));
	CHECK(!is_open(before));
	node_done(&node);
}

TEST_MAIN("generation", CASE(it_lives_as_long_as_the_last_reference), CASE(none_is_accepted),
	  CASE(a_derived_one_keeps_the_configuration),
	  CASE(a_reload_leaves_the_old_one_to_its_families),
	  CASE(a_reload_frees_what_nobody_refers_to))
