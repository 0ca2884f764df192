/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family/unread.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "process/view.h"
#include "test.h"
#include "tree.h"

enum { TOP = 10, MIDDLE = 11, CHILD = 12 };

static char *worker_names[] = { (char *)"worker", NULL };

/* 10 and its child 11 exited before they were read, and the child of that, 12, matches now. */
struct world {
	struct tree proc;
	struct view view;
	struct process_table table;
	struct rule rule;
	struct family family;
	struct unread *unread;
};

static struct process *process(struct world *world, pid_t pid)
{
	struct process *found = table_find(&world->table, pid);

	CHECK_FATAL(found != NULL);
	return found;
}

static void world_make(struct world *world)
{
	*world = (struct world){ .proc = tree_new(), .unread = unread_new() };
	world->view = (struct view){ .proc_fd = world->proc.fd };
	world->rule = (struct rule){ .name = (char *)"worker" };
	world->rule.values[RULE_KEY_COMM] = worker_names;
	world->family = (struct family){ .rule = &world->rule };
	(void)strcpy(world->family.root.comm, "worker");
	tree_write(&world->proc, "12/cmdline", "./worker");
	CHECK_FATAL(table_add(&world->table, TOP, 1, 100) &&
		    table_add(&world->table, MIDDLE, TOP, 200) &&
		    table_add(&world->table, CHILD, MIDDLE, 300));
	process(world, TOP)->unread = process(world, MIDDLE)->unread = true;
}

static void world_done(struct world *world)
{
	CHECK(!unread_free(world->unread));
	table_done(&world->table);
	tree_done(&world->proc);
}

#define _cleanup_world_ __attribute__((cleanup(world_done)))

/* Whether the match of the child says something, and what. */
static bool note(struct world *world, struct unread_match *ret_match)
{
	*ret_match = (struct unread_match){ 0 };
	unread_note(world->unread, &world->view, process(world, CHILD), &world->family);
	return unread_take(world->unread, ret_match);
}

static void a_child_shows_what_its_oldest_unread_ancestor_was(void)
{
	_cleanup_world_ struct world world;
	struct unread_match match;

	world_make(&world);
	CHECK(!unread_is_pending(world.unread));
	unread_note(world.unread, &world.view, process(&world, CHILD), &world.family);
	CHECK(unread_is_pending(world.unread));
	CHECK(unread_concerns(world.unread, &world.family));
	CHECK_FATAL(unread_take(world.unread, &match));
	CHECK(match.family == &world.family);
	CHECK_INT(match.ancestor, TOP);
	CHECK_INT(match.ancestor_since_ns, 100);
	CHECK_INT(match.child, CHILD);
	CHECK(!unread_is_pending(world.unread));
	CHECK(!unread_concerns(world.unread, &world.family));
	CHECK(!unread_take(world.unread, &match));
}

/* Beyond one that was read, or that is in a family, nothing is concluded. */
static void only_consecutive_unread_ancestors_count(void)
{
	_cleanup_world_ struct world world;
	struct family other = { .rule = NULL };
	struct unread_match match;

	world_make(&world);
	process(&world, TOP)->unread = false;
	CHECK_FATAL(note(&world, &match));
	CHECK_INT(match.ancestor, MIDDLE);
	process(&world, TOP)->unread = true;
	process(&world, MIDDLE)->unread = false;
	CHECK(!note(&world, &match));
	process(&world, MIDDLE)->unread = true;
	members_join(&other.members, process(&world, TOP));
	CHECK_FATAL(note(&world, &match));
	CHECK_INT(match.ancestor, MIDDLE);
	members_end(&other.members);
}

static void a_child_that_executed_something_shows_nothing(void)
{
	_cleanup_world_ struct world world;
	struct unread_match match;

	world_make(&world);
	process(&world, CHILD)->executed = true;
	CHECK(!note(&world, &match));
}

/* A fork hands on the name, the program, the arguments and the environment; the rest may be the
 * child's own. */
static void only_keys_that_a_fork_hands_on_count(void)
{
	static const enum rule_key own[] = { RULE_KEY_PARENT, RULE_KEY_ANCESTOR, RULE_KEY_USER,
					     RULE_KEY_GROUP,  RULE_KEY_MEMBER,   RULE_KEY_TTY,
					     RULE_KEY_CGROUP };
	static const enum rule_key inherited[] = { RULE_KEY_EXE, RULE_KEY_ARGV, RULE_KEY_ARG,
						   RULE_KEY_ENV };
	_cleanup_world_ struct world world;
	struct unread_match match;

	world_make(&world);
	for (size_t i = 0; i < ELEMENTS(own); i++) {
		world.rule.values[own[i]] = worker_names;
		CHECK(!note(&world, &match));
		world.rule.values[own[i]] = NULL;
	}
	for (size_t i = 0; i < ELEMENTS(inherited); i++)
		world.rule.values[inherited[i]] = worker_names;
	CHECK(note(&world, &match));
}

static bool is_genuine(struct world *world, const char *comm)
{
	struct unread_match match;

	(void)snprintf(world->family.root.comm, sizeof(world->family.root.comm), "%s", comm);
	return note(world, &match);
}

/* With the NULs between its elements. */
static void write_command_line(const struct world *world, const char *bytes, size_t size)
{
	int fd = openat(world->proc.fd, "12/cmdline", O_WRONLY | O_TRUNC | O_CLOEXEC);

	CHECK_FATAL(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
	(void)close(fd);
}

/* A name that a process gave itself was not its parent's. */
static void the_name_must_come_from_the_program_or_a_script(void)
{
	static const char script[] = "python3\0/opt/jobs/train.py\0--all";
	_cleanup_world_ struct world world;

	world_make(&world);
	CHECK(!is_genuine(&world, "renamed"));
	CHECK(!is_genuine(&world, "work"));
	tree_write(&world.proc, "12/cmdline", "/usr/bin/averylongworker-1");
	CHECK(is_genuine(&world, "averylongworker")); /* the kernel keeps 15 bytes */
	CHECK(!is_genuine(&world, "averylongworke"));
	tree_write(&world.proc, "12/cmdline", "[renamed]");
	CHECK(symlinkat("/usr/libexec/server", world.proc.fd, "12/exe") == 0);
	CHECK(is_genuine(&world, "server"));
	/* An interpreter runs it. */
	write_command_line(&world, script, sizeof(script));
	CHECK(is_genuine(&world, "train.py"));
	CHECK(!is_genuine(&world, "jobs"));
}

static void a_child_that_cannot_be_read_shows_nothing(void)
{
	_cleanup_world_ struct world world;
	struct unread_match match;

	world_make(&world);
	CHECK(unlinkat(world.proc.fd, "12/cmdline", 0) == 0);
	CHECK(!note(&world, &match));
}

/* What it executed after the match does not change what it was then. */
static void an_exec_before_the_match_refutes_it(void)
{
	_cleanup_world_ struct world world;
	uint64_t now = clock_now_ns(CLOCK_MONOTONIC);
	struct unread_match match;

	world_make(&world);
	unread_note(world.unread, &world.view, process(&world, CHILD), &world.family);
	unread_refute(world.unread, CHILD, now + 3600 * CLOCK_NSEC_PER_SEC);
	unread_refute(world.unread, MIDDLE, now - 1);
	CHECK(unread_concerns(world.unread, &world.family));
	unread_refute(world.unread, CHILD, now - 1);
	CHECK(!unread_concerns(world.unread, &world.family));
	CHECK(unread_is_pending(world.unread));
	CHECK(!unread_take(world.unread, &match));
	CHECK(!unread_is_pending(world.unread));
}

static void a_family_that_is_gone_is_forgotten(void)
{
	_cleanup_world_ struct world world;
	struct family other;
	struct unread_match match;

	world_make(&world);
	other = world.family;
	unread_note(world.unread, &world.view, process(&world, CHILD), &other);
	unread_note(world.unread, &world.view, process(&world, CHILD), &world.family);
	unread_forget(world.unread, &world.family);
	CHECK_FATAL(unread_take(world.unread, &match));
	CHECK(match.family == &other);
	CHECK(!unread_take(world.unread, &match));
}

/* A storm of such matches must not grow without a limit. */
static void the_number_of_notes_is_limited(void)
{
	_cleanup_world_ struct world world;
	struct unread_match match;
	int n = 0;

	world_make(&world);
	for (int i = 0; i < 1000; i++)
		unread_note(world.unread, &world.view, process(&world, CHILD), &world.family);
	while (unread_take(world.unread, &match))
		n++;
	CHECK_INT(n, 64);
}

TEST_MAIN("unread", CASE(a_child_shows_what_its_oldest_unread_ancestor_was),
	  CASE(only_consecutive_unread_ancestors_count),
	  CASE(a_child_that_executed_something_shows_nothing),
	  CASE(only_keys_that_a_fork_hands_on_count),
	  CASE(the_name_must_come_from_the_program_or_a_script),
	  CASE(a_child_that_cannot_be_read_shows_nothing), CASE(an_exec_before_the_match_refutes_it),
	  CASE(a_family_that_is_gone_is_forgotten), CASE(the_number_of_notes_is_limited))
