/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "world.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

#define NSEC_PER_TICK UINT64_C(10000000)

enum { KERNEL_THREAD = 0x00200000 };

struct world world;

const char *const being_names[NAMES] = {
	"sh", "watched", "box", "miner", "late", "x) R 1 1 1", "spared", "\033[2J\n",
};

static struct being *add(pid_t pid, pid_t ppid)
{
	struct being *being = world.n < BEINGS_MAX ? &world.beings[world.n++] : NULL;

	if (being)
		*being = (struct being){ .pid = pid,
					 .ppid = ppid,
					 .start_ticks = world.now_ns / NSEC_PER_TICK,
					 .named = 1,
					 .alive = true };
	return being;
}

void world_begin(void)
{
	/* Each process has a start time of its own, see world_fork(). */
	world = (struct world){ .now_ns = 1000 * NSEC_PER_TICK };
	(void)add(1, 0);
	world_name(add(2, 0), 3);
	world.beings[1].flags = KERNEL_THREAD;
	world_name(add(getpid(), 1), 3);
}

struct being *world_find(pid_t pid)
{
	for (size_t i = world.n; i-- > 0;) {
		if (world.beings[i].alive && world.beings[i].pid == pid)
			return &world.beings[i];
	}
	return NULL;
}

struct being *world_recall(pid_t pid, uint64_t start_ticks)
{
	for (size_t i = 0; i < world.n; i++) {
		if (world.beings[i].pid == pid && world.beings[i].start_ticks == start_ticks)
			return &world.beings[i];
	}
	return NULL;
}

struct being *world_fork(struct being *parent, pid_t pid)
{
	struct being *being;

	world.now_ns += 2 * NSEC_PER_TICK;
	being = add(pid, parent->pid);
	if (!being)
		return NULL;
	being->name = parent->name;
	being->named = 1U << parent->name;
	being->uid = parent->uid;
	world_own(being, parent->uid);
	return being;
}

void world_name(struct being *being, unsigned name)
{
	being->name = name;
	being->named |= 1U << name;
}

void world_own(struct being *being, uid_t uid)
{
	being->uid = uid;
	being->uids |= uid >= 1000 ? 1U << (uid - 1000) : 0;
}

uint64_t view_now_ns(const struct view *view)
{
	return world.now_ns;
}

uint64_t view_realtime_ns(const struct view *view)
{
	return world.now_ns;
}

bool view_is_younger(const struct view *view, const struct procfs_stat *stat, uint64_t monotonic_ns)
{
	return stat->start_ticks > monotonic_ns / NSEC_PER_TICK;
}

static ssize_t put(char *buffer, size_t size, const char *text, size_t length)
{
	length = length < size ? length : size;
	(void)memcpy(buffer, text, length);
	return (ssize_t)length;
}

static ssize_t read_words(const struct being *being, char *buffer, size_t size)
{
	char text[64];
	int length = snprintf(text, sizeof(text), "%s%cRUN=1", being_names[being->name], '\0');

	return being->slow ? -EINPROGRESS : put(buffer, size, text, (size_t)length + 1);
}

ssize_t view_read(struct view *view, pid_t pid, const char *file, char *buffer, size_t size)
{
	const struct being *being = world_find(pid);
	char text[128];

	if (!being)
		return -ESRCH;
	if (text_equal(file, "cmdline") || text_equal(file, "environ"))
		return read_words(being, buffer, size);
	if (text_equal(file, "comm"))
		(void)snprintf(text, sizeof(text), "%s\n", being_names[being->name]);
	else if (text_equal(file, "exe"))
		(void)snprintf(text, sizeof(text), "/bin/%s", being_names[being->name]);
	else if (text_equal(file, "cgroup"))
		(void)snprintf(text, sizeof(text), "0::/\n");
	else if (text_equal(file, "status"))
		(void)snprintf(text, sizeof(text),
			       "Uid:\t%u\t%u\t%u\t%u\nGid:\t0\t0\t0\t0\nGroups:\t\n", being->uid,
			       being->uid, being->uid, being->uid);
	else
		return -ENOENT;
	return put(buffer, size, text, strlen(text));
}

void view_note_late(struct view *view, pid_t pid)
{
}

void view_note_release(struct view *view)
{
}

void view_note(struct view *view, const struct recorded *recorded)
{
}

void view_forget(struct view *view, pid_t pid, bool unfinished)
{
}

int view_read_comm(struct view *view, pid_t pid, char ret_comm[PROCFS_COMM_SIZE])
{
	const struct being *being = world_find(pid);

	if (!being)
		return -ESRCH;
	(void)snprintf(ret_comm, PROCFS_COMM_SIZE, "%s", being_names[being->name]);
	return 0;
}

int view_read_uid(struct view *view, pid_t pid, uid_t *ret_uid)
{
	const struct being *being = world_find(pid);

	if (!being)
		return -ESRCH;
	*ret_uid = being->uid;
	return 0;
}

static struct procfs_stat stat_of(const struct being *being)
{
	struct procfs_stat stat = { .pid = being->pid,
				    .ppid = being->ppid,
				    .state = 'S',
				    .flags = being->flags,
				    .threads = 1,
				    .start_ticks = being->start_ticks };

	(void)snprintf(stat.comm, sizeof(stat.comm), "%s", being_names[being->name]);
	return stat;
}

int view_read_stat(struct view *view, pid_t pid, struct procfs_stat *ret_stat)
{
	const struct being *being = world_find(pid);

	if (!being)
		return -ESRCH;
	*ret_stat = stat_of(being);
	return 0;
}

int view_hold(struct view *view, pid_t pid, struct held_process *ret_held)
{
	ret_held->pidfd = -1;
	return view_read_stat(view, pid, &ret_held->stat);
}

int view_look(struct view *view, view_visit visit, void *data, struct slicectl_error *error)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < world.n; i++) {
		const struct procfs_stat stat = stat_of(&world.beings[i]);

		if (world.beings[i].alive)
			r = visit(&stat, world.now_ns, data);
	}
	return r;
}
