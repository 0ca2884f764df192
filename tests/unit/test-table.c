/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/table.h"

#include "test.h"

static void children_join_the_family(void)
{
	struct process_table table = { 0 };
	struct members family = { 0 };

	table_add(&table, 10, 1, 1);
	table_add(&table, 11, 10, 2);
	table_add(&table, 12, 11, 3);
	members_begin(&family, table_find(&table, 10));
	CHECK_INT(family.count, 3);
	CHECK(table_add(&table, 13, 12, 4)->members == &family);
	CHECK(table_find(&table, 1)->members == NULL);
	CHECK_INT(family.count, 4);
	table_done(&table);
}

/* A child that is told of before its parent's own birth. */
static void order_of_arrival_does_not_matter(void)
{
	struct process_table table = { 0 };
	struct members family = { 0 };

	table_add(&table, 10, 0, 1);
	members_begin(&family, table_find(&table, 10));
	table_add(&table, 12, 11, 3);
	CHECK(!table_find(&table, 12)->members);
	table_add(&table, 11, 10, 2);
	CHECK(table_find(&table, 12)->members == &family);
	CHECK_INT(family.count, 3);
	table_done(&table);
}

static void orphans_go_to_the_grandparent_and_stay(void)
{
	struct process_table table = { 0 };
	struct members family = { 0 };

	table_add(&table, 10, 1, 1);
	table_add(&table, 11, 10, 2);
	table_add(&table, 12, 11, 3);
	members_begin(&family, table_find(&table, 10));
	CHECK(table_remove(&table, 11) == &family);
	CHECK_INT(table_find(&table, 12)->parent->pid, 10);
	CHECK(table_remove(&table, 10) == &family);
	CHECK_INT(table_find(&table, 12)->parent->pid, 1);
	CHECK(table_add(&table, 14, 12, 4)->members == &family);
	CHECK_INT(family.count, 2);
	CHECK(table_remove(&table, 99) == NULL);
	table_done(&table);
}

static void the_last_member_empties_the_family(void)
{
	struct process_table table = { 0 };
	struct members family = { 0 };

	table_add(&table, 10, 0, 1);
	members_begin(&family, table_find(&table, 10));
	CHECK(table_remove(&table, 10) == &family);
	CHECK_INT(family.count, 0);
	CHECK(!family.first);
	table_done(&table);
}

static void a_circle_is_not_closed(void)
{
	struct process_table table = { 0 };

	table_add(&table, 10, 11, 1);
	table_add(&table, 11, 10, 1);
	CHECK(!table_find(&table, 11)->parent);
	table_add(&table, 12, 12, 1);
	CHECK(!table_find(&table, 12)->parent);
	table_done(&table);
}

static void inner_families_keep_their_members(void)
{
	struct process_table table = { 0 };
	struct members outer = { 0 }, inner = { 0 };

	table_add(&table, 10, 0, 1);
	table_add(&table, 11, 10, 1);
	table_add(&table, 12, 11, 1);
	members_begin(&inner, table_find(&table, 11));
	members_begin(&outer, table_find(&table, 10));
	CHECK_INT(inner.count, 2);
	CHECK_INT(outer.count, 1);
	members_end(&inner);
	CHECK(!table_find(&table, 12)->members);
	table_done(&table);
}

/* A family that begins inside another takes its own descendants along. */
static void a_nested_root_takes_its_descendants(void)
{
	struct process_table table = { 0 };
	struct members outer = { 0 }, inner = { 0 };

	table_add(&table, 10, 0, 1);
	table_add(&table, 11, 10, 1);
	table_add(&table, 12, 11, 1);
	table_add(&table, 13, 10, 1);
	members_begin(&outer, table_find(&table, 10));
	members_begin(&inner, table_find(&table, 11));
	CHECK_INT(outer.count, 2);
	CHECK_INT(inner.count, 2);
	CHECK(table_find(&table, 12)->members == &inner);
	CHECK(table_find(&table, 13)->members == &outer);
	table_done(&table);
}

static void capacity_is_counted(void)
{
	struct process_table table = { .capacity = 2 };
	struct members family = { 0 };

	CHECK(table_add(&table, 10, 0, 1) != NULL);
	CHECK(table_add(&table, 11, 0, 1) != NULL);
	CHECK(table_add(&table, 12, 0, 1) == NULL);
	CHECK_INT(table.rejected, 1);
	CHECK_INT(table.count, 2);
	/* Who is matched, and its descendants, find room. */
	members_begin(&family, table_add_root(&table, 13, 1));
	CHECK(table_add(&table, 14, 13, 2)->members == &family);
	CHECK(table_add(&table, 15, 0, 2) == NULL);
	CHECK_INT(table.count, 4);
	table_done(&table);
}

/* Ten thousand generations must not need ten thousand stack frames. */
static void long_chains_are_walked(void)
{
	struct process_table table = { 0 };
	struct members family = { 0 };

	for (pid_t pid = 2; pid <= 10001; pid++)
		table_add(&table, pid, pid - 1, 1);
	members_begin(&family, table_find(&table, 1));
	CHECK_INT(family.count, 10001);
	table_done(&table);
}

struct unseen {
	struct process_table *table;
	int sum;
};

static void remove_unseen(struct process *process, void *data)
{
	struct unseen *unseen = data;

	unseen->sum += process->pid;
	(void)table_remove(unseen->table, process->pid);
}

static void a_look_finds_the_vanished(void)
{
	struct process_table table = { 0 };
	struct unseen unseen = { &table, 0 };

	table_add(&table, 10, 0, 1);
	table_add(&table, 11, 0, 1);
	table_add(&table, 12, 11, 1);
	table_begin_look(&table);
	table_add(&table, 10, 0, 5);
	table_each_unseen(&table, remove_unseen, &unseen);
	CHECK_INT(unseen.sum, 23);
	table_each_unseen(&table, remove_unseen, &unseen);
	CHECK_INT(unseen.sum, 23);
	CHECK(table_is_stale(table_find(&table, 10), 0));
	CHECK(!table_is_stale(table_find(&table, 10), 1));
	table_done(&table);
}

/* When another thread than the first executes a program, the kernel tells the end of
 * the first before the exec: the process goes on, and its children with it. */
static void an_ended_process_may_go_on(void)
{
	struct process_table table = { 0 };
	struct members family = { 0 };
	struct process *process;

	process = table_add(&table, 10, 0, 1);
	table_add(&table, 11, 10, 2);
	table_end(&table, process);
	CHECK(process->ended);
	table_end(&table, process);
	table_revive(process);
	CHECK(!process->ended);
	members_begin(&family, process);
	CHECK_INT(family.count, 2);
	table_done(&table);
}

static void ended_processes_are_forgotten_in_turn(void)
{
	struct process_table table = { 0 };

	for (pid_t pid = 10; pid < 10 + 2 * TABLE_ENDED_MAX; pid++)
		table_end(&table, table_add(&table, pid, 1, 1));
	CHECK_INT(table.count, TABLE_ENDED_MAX + 1);
	CHECK(!table_find(&table, 10));
	CHECK(table_find(&table, 10 + TABLE_ENDED_MAX) != NULL);
	table_done(&table);
}

/* One that is only remembered belongs to no family that begins around it. */
static void the_ended_join_no_family(void)
{
	struct process_table table = { 0 };
	struct members family = { 0 };

	table_add(&table, 10, 0, 1);
	table_add(&table, 11, 10, 1);
	table_add(&table, 12, 11, 1);
	table_add(&table, 13, 10, 1);
	table_end(&table, table_find(&table, 11));
	table_end(&table, table_find(&table, 13));
	members_begin(&family, table_find(&table, 10));
	CHECK_INT(family.count, 2);
	CHECK(table_find(&table, 12)->members == &family);
	CHECK(!table_find(&table, 11)->members);
	for (pid_t pid = 100; pid < 100 + TABLE_ENDED_MAX; pid++)
		table_end(&table, table_add(&table, pid, 10, 2));
	CHECK(!table_find(&table, 11));
	CHECK(!table_find(&table, 13));
	members_end(&family);
	CHECK_INT(family.count, 0);
	table_done(&table);
}

/* Ended, gone on, and ended again: it is forgotten once. */
static void going_on_twice_is_fine(void)
{
	struct process_table table = { 0 };

	for (int i = 0; i < 3 * TABLE_ENDED_MAX; i++) {
		struct process *process = table_add(&table, 10, 0, 1);

		table_end(&table, process);
		CHECK(table_find(&table, 10) == process);
		table_revive(process);
	}
	CHECK_INT(table.count, 1);
	table_done(&table);
}

static void types_follow_the_family(void)
{
	struct process_table table = { 0 };
	struct members outer = { 0 }, inner = { 0 };

	table_add(&table, 10, 0, 1);
	table_add(&table, 11, 10, 1);
	CHECK_INT(table_find(&table, 11)->type, PROCESS_UNKNOWN);
	members_begin(&outer, table_find(&table, 10));
	CHECK_INT(table_find(&table, 10)->type, PROCESS_ROOT);
	CHECK_INT(table_find(&table, 11)->type, PROCESS_TOOL);
	table_add(&table, 12, 11, 2);
	CHECK_INT(table_find(&table, 12)->type, PROCESS_TOOL);
	members_begin(&inner, table_find(&table, 11));
	CHECK_INT(table_find(&table, 11)->type, PROCESS_ROOT);
	members_end(&inner);
	CHECK_INT(table_find(&table, 12)->type, PROCESS_UNKNOWN);
	table_done(&table);
}

/* Whoever joins or leaves takes his mark with him. */
static void who_is_inside_is_counted(void)
{
	struct process_table table = { 0 };
	struct members outer = { 0 }, inner = { 0 };

	table_add(&table, 11, 10, 1);
	table_add(&table, 12, 11, 1);
	process_set_inside(table_find(&table, 12), true); /* in no family */
	members_begin(&outer, table_find(&table, 10));
	CHECK_INT(outer.inside, 1);
	for (int i = 0; i < 2; i++)
		process_set_inside(table_find(&table, 11), true);
	CHECK_INT(outer.inside, 2);
	members_begin(&inner, table_find(&table, 11));
	CHECK_INT(outer.inside, 0);
	CHECK_INT(inner.inside, 2);
	process_set_inside(table_find(&table, 11), false);
	CHECK_INT(inner.inside, 1);
	(void)table_remove(&table, 12);
	CHECK_INT(inner.inside, 0);
	members_end(&inner);
	CHECK_INT(inner.inside, 0);
	table_done(&table);
}

TEST_MAIN("table", CASE(who_is_inside_is_counted), CASE(the_ended_join_no_family),
	  CASE(going_on_twice_is_fine), CASE(an_ended_process_may_go_on),
	  CASE(ended_processes_are_forgotten_in_turn), CASE(types_follow_the_family),
	  CASE(children_join_the_family), CASE(order_of_arrival_does_not_matter),
	  CASE(orphans_go_to_the_grandparent_and_stay), CASE(the_last_member_empties_the_family),
	  CASE(a_circle_is_not_closed), CASE(inner_families_keep_their_members),
	  CASE(a_nested_root_takes_its_descendants), CASE(capacity_is_counted),
	  CASE(long_chains_are_walked), CASE(a_look_finds_the_vanished))
