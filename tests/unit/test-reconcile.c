/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/reconcile.h"

#include <stdio.h>

#include "tree.h"
#include "test.h"

/* What was told, as "fork 10<1 exec 10 exit 9 ". */
struct told {
	struct process_table table;
	struct view view;
	char text[512];
	struct reconciled reconciled;
};

static void put(struct told *told, const char *word, const struct process_event *event)
{
	size_t used = strlen(told->text);

	(void)snprintf(told->text + used, sizeof(told->text) - used, "%s %d ", word,
		       (int)event->pid);
}

static void emit(const struct process_event *event, void *data)
{
	struct told *told = data;
	struct process *process = table_find(&told->table, event->pid);

	CHECK(event->found);
	if (event->kind == PROCESS_EVENT_EXIT) {
		put(told, "exit", event);
		(void)table_remove(&told->table, event->pid);
	} else if (event->kind == PROCESS_EVENT_FORK) {
		put(told, "fork", event);
		(void)table_add(&told->table, event->pid, event->parent, event->timestamp_ns);
	} else {
		put(told, "exec", event);
		CHECK_FATAL(process != NULL);
		process->image = event->image;
	}
}

static const char *look(struct told *told)
{
	told->text[0] = '\0';
	CHECK_INT(reconcile(&told->table, &told->view, emit, told, &told->reconciled, NULL), 0);
	return told->text;
}

static void put_process(const struct tree *tree, int pid, const char *comm, int ppid,
			unsigned long long start, unsigned long long stack)
{
	char path[64], line[256];

	(void)snprintf(path, sizeof(path), "%d/stat", pid);
	(void)snprintf(line, sizeof(line),
		       "%d (%s) S %d 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %llu 0 0 0 1 1 %llu\n",
		       pid, comm, ppid, start, stack);
	tree_write(tree, path, line);
}

static void remove_process(const struct tree *tree, int pid)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "%d/stat", pid);
	tree_write(tree, path, "");
}

static void differences_are_told_once(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct told told = { .view = { .proc_fd = tree.fd } };

	put_process(&tree, 10, "a", 1, 5, 100);
	CHECK_TEXT(look(&told), "fork 10 exec 10 ");
	CHECK_TEXT(look(&told), "");
	put_process(&tree, 11, "a", 10, 6, 100);
	CHECK_TEXT(look(&told), "fork 11 exec 11 ");
	CHECK_INT(table_find(&told.table, 11)->parent->pid, 10);
	put_process(&tree, 11, "b", 10, 6, 200);
	CHECK_TEXT(look(&told), "exec 11 ");
	remove_process(&tree, 10);
	CHECK_TEXT(look(&told), "exit 10 ");
	CHECK_INT(told.reconciled.exits, 1);
	CHECK_INT(told.reconciled.processes, 1);
	table_done(&told.table);
}

/* Another start time is another process, also when no look saw the pid free. */
static void a_pid_that_was_born_again_is_another(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct told told = { .view = { .proc_fd = tree.fd } };
	uint64_t later = identity_ticks(view_now_ns(&told.view)) + 1000;

	put_process(&tree, 10, "a", 1, 5, 100);
	(void)look(&told);
	put_process(&tree, 10, "a", 1, later, 100);
	CHECK_TEXT(look(&told), "exit 10 fork 10 exec 10 ");
	table_done(&told.table);
}

/* The family is whole before anybody is matched. */
static void execs_come_last(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct told told = { .view = { .proc_fd = tree.fd } };

	put_process(&tree, 10, "a", 1, 5, 100);
	(void)look(&told);
	remove_process(&tree, 10);
	put_process(&tree, 11, "b", 1, 5, 100);
	CHECK_TEXT(look(&told), "fork 11 exit 10 exec 11 ");
	table_done(&told.table);
}

/* Pids go round: a child's may be lower than its parent's. */
static void parents_are_told_first(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct told told = { .view = { .proc_fd = tree.fd } };
	const char *text;

	put_process(&tree, 10, "child", 30, 5, 100);
	put_process(&tree, 20, "grandchild", 10, 5, 100);
	put_process(&tree, 30, "parent", 1, 5, 100);
	text = look(&told);
	CHECK_HAS(text, "exec 30 exec 10 exec 20 ");
	CHECK_INT(table_find(&told.table, 20)->parent->parent->pid, 30);
	table_done(&told.table);
}

static void zombies_have_ended(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct told told = { .view = { .proc_fd = tree.fd } };

	tree_write(&tree, "10/stat", "10 (a) Z 1 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0\n");
	tree_write(&tree, "11/stat", /* its first thread ended, another lives */
		   "11 (a) Z 1 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 2 0 5 0 0\n");
	CHECK_TEXT(look(&told), "fork 11 exec 11 ");
	table_done(&told.table);
}

/* An exec that an event told of leaves the image unknown: the next look tells it
 * again, because what it executed meanwhile is not known. */
static void an_unknown_image_is_told(void)
{
	_cleanup_tree_ struct tree tree = tree_new();
	struct told told = { .view = { .proc_fd = tree.fd } };

	put_process(&tree, 10, "a", 1, 5, 100);
	(void)look(&told);
	table_find(&told.table, 10)->image = 0;
	CHECK_TEXT(look(&told), "exec 10 ");
	CHECK_TEXT(look(&told), "");
	table_done(&told.table);
}

TEST_MAIN("reconcile", CASE(differences_are_told_once), CASE(a_pid_that_was_born_again_is_another),
	  CASE(execs_come_last), CASE(parents_are_told_first), CASE(zombies_have_ended),
	  CASE(an_unknown_image_is_told))
