/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One multiplication spreads the pids: consecutive pids go to different buckets. */
#define HASH_FUNCTION(key, length, hash) \
	((void)(length), (hash) = *(const unsigned *)(key)*2654435761U)
#include "base/hash.h"

/* Short chains: with many processes each step along a chain is a cache miss. */
#undef HASH_BKT_CAPACITY_THRESH
#define HASH_BKT_CAPACITY_THRESH 3U

#include "process/table.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/cleanup.h"

void table_done(struct process_table *table)
{
	struct process *process, *next;

	HASH_ITER (hh, table->by_pid, process, next) {
		HASH_DEL(table->by_pid, process);
		free(process);
	}
	*table = (struct process_table){ 0 };
}

struct process *table_find(const struct process_table *table, pid_t pid)
{
	struct process *process;

	HASH_FIND_INT(table->by_pid, &pid, process);
	return process;
}

static void link_child(struct process *parent, struct process *child)
{
	child->parent = parent;
	DL_APPEND2(parent->first_child, child, previous_sibling, next_sibling);
}

static void unlink_child(struct process *child)
{
	if (child->parent)
		DL_DELETE2(child->parent->first_child, child, previous_sibling, next_sibling);
	child->parent = NULL;
}

static void leave(struct process *process)
{
	struct members *members = process->members;

	if (!members)
		return;
	DL_DELETE2(members->first, process, previous_member, next_member);
	members->count--;
	members->inside -= process->inside;
	process->members = NULL;
	process->type = PROCESS_UNKNOWN;
}

void members_join(struct members *members, struct process *process)
{
	leave(process);
	process->ended = false; /* the caller knows that it is alive */
	process->members = members;
	process->type = PROCESS_TOOL;
	DL_APPEND2(members->first, process, previous_member, next_member);
	members->count++;
	members->inside += process->inside;
}

void process_set_inside(struct process *process, bool inside)
{
	if (process->members && inside != process->inside)
		process->members->inside += inside ? 1 : (size_t)-1;
	process->inside = inside;
}

/* Number of generations that are searched for a cycle; a longer line is not linked. */
enum { GENERATIONS_MAX = 1 << 16 };

/* Whether @process is @other or one of its ancestors: making @other its parent would
 * close a cycle.  A process without children is not an ancestor. */
static bool is_ancestor(const struct process *process, const struct process *other)
{
	if (!process->first_child)
		return process == other;
	for (int i = 0; other; other = other->parent) {
		if (other == process || ++i > GENERATIONS_MAX)
			return true;
	}
	return false;
}

static struct process *add_pid(struct process_table *table, pid_t pid, uint64_t since_ns, bool must)
{
	struct process *process;

	if (!must && table->capacity > 0 && table->count >= table->capacity) {
		table->rejected++;
		return NULL;
	}
	process = calloc(1, sizeof(*process));
	if (!process) {
		table->rejected++;
		return NULL;
	}
	process->pid = pid;
	process->since_ns = since_ns;
	HASH_ADD_INT(table->by_pid, pid, process);
	if (!HASH_IS_IN(process)) {
		free(process);
		table->rejected++;
		return NULL;
	}
	table->count++;
	return process;
}

struct process *table_next_below(const struct process *top, struct process *at)
{
	if (at->first_child)
		return at->first_child;
	while (at != top && !at->next_sibling)
		at = at->parent;
	return at == top ? NULL : at->next_sibling;
}

/* Adds @top and its descendants to @family, except for the members of families other
 * than @outer. */
static void join_subtree(struct members *members, struct process *top, const struct members *outer)
{
	for (struct process *at = top; at; at = table_next_below(top, at)) {
		if (!at->ended && (!at->members || at->members == outer))
			members_join(members, at);
	}
}

struct process *table_add(struct process_table *table, pid_t pid, pid_t parent_pid,
			  uint64_t since_ns)
{
	struct process *process = table_find(table, pid);
	struct process *parent = parent_pid > 0 ? table_find(table, parent_pid) : NULL;

	if (!process)
		process = add_pid(table, pid, since_ns, parent && parent->members);
	if (process)
		process->seen = true;
	if (!process || process->parent || parent_pid <= 0 || parent_pid == pid)
		return process;
	if (!parent)
		parent = add_pid(table, parent_pid, since_ns, false);
	if (!parent || is_ancestor(process, parent))
		return process;
	link_child(parent, process);
	if (parent->members && !process->members)
		join_subtree(parent->members, process, NULL);
	return process;
}

struct process *table_add_root(struct process_table *table, pid_t pid, uint64_t since_ns)
{
	struct process *process = table_find(table, pid);

	return process ? process : add_pid(table, pid, since_ns, true);
}

bool table_is_stale(const struct process *process, uint64_t timestamp_ns)
{
	return timestamp_ns < process->since_ns;
}

void table_revive(struct process *process)
{
	process->ended = false;
}

size_t table_living(const struct process_table *table)
{
	size_t living = table->count;

	for (size_t i = 0; i < ELEMENTS(table->ended); i++) {
		const struct process *process = table_find(table, table->ended[i]);

		living -= process && process->ended;
	}
	return living;
}

struct process *table_oldest_ended(const struct process_table *table)
{
	struct process *oldest = table_find(table, table->ended[table->next_ended]);

	return oldest && oldest->ended ? oldest : NULL;
}

void table_end(struct process_table *table, struct process *process)
{
	pid_t *place = &table->ended[table->next_ended];
	const struct process *oldest;

	if (process->ended)
		return;
	oldest = table_oldest_ended(table);
	process->ended = true;
	if (oldest && oldest != process)
		(void)table_remove(table, *place);
	*place = process->pid;
	table->next_ended = (table->next_ended + 1) % TABLE_ENDED_MAX;
}

void table_forget_images(struct process_table *table)
{
	struct process *process, *next;

	HASH_ITER (hh, table->by_pid, process, next)
		process->image = 0;
}

void table_begin_look(struct process_table *table)
{
	struct process *process, *next;

	HASH_ITER (hh, table->by_pid, process, next)
		process->seen = false;
}

void table_each(struct process_table *table, table_visit visit, void *data)
{
	struct process *process, *next;

	HASH_ITER (hh, table->by_pid, process, next) {
		if (!process->ended)
			visit(process, data);
	}
}

void table_each_unseen(struct process_table *table, table_visit visit, void *data)
{
	struct process *process, *next;

	HASH_ITER (hh, table->by_pid, process, next) {
		if (!process->seen)
			visit(process, data);
	}
}

struct members *table_remove(struct process_table *table, pid_t pid)
{
	struct process *process = table_find(table, pid), *child, *next;
	struct members *members;

	if (!process)
		return NULL;
	for (child = process->first_child; child; child = next) {
		struct process *grandparent = process->parent;

		next = child->next_sibling;
		unlink_child(child);
		if (grandparent)
			link_child(grandparent, child);
	}
	members = process->members;
	leave(process);
	unlink_child(process);
	HASH_DEL(table->by_pid, process);
	table->count--;
	free(process);
	return members;
}

void members_begin(struct members *members, struct process *process)
{
	const struct members *outer = process->members;

	members->root_pid = process->pid;
	if (outer)
		members_join(members, process);
	join_subtree(members, process, outer);
	process->type = PROCESS_ROOT;
}

void members_take_in(struct members *members, struct process *top)
{
	join_subtree(members, top, NULL);
}

void members_end(struct members *members)
{
	while (members->first)
		leave(members->first);
}

const char *process_type_name(enum process_type type)
{
	static const char *const names[] = {
		[PROCESS_UNKNOWN] = NULL,
		[PROCESS_ROOT] = "root",
		[PROCESS_SUB] = "sub",
		[PROCESS_TOOL] = "tool",
	};

	return names[type];
}
