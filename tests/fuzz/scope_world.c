/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scope_world.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/identity.h"
#include "base/procfs.h"
#include "base/text.h"
#include "cgroup/interface.h"

#define BELOW WORLD_SCOPE "/in"

struct scope_world scope_world;

/* In memory where possible: each input makes and removes the files. */
static char memory[] = "/dev/shm/slicectl-fuzz-XXXXXX", disk[] = "/tmp/slicectl-fuzz-XXXXXX";
static const char *base;
static int base_fd = -1;

static void put_file(const char *directory, const char *file, const char *text)
{
	char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", directory, file);
	fd = openat(base_fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		abort();
	(void)close(fd);
}

static void drop_files(const char *directory)
{
	static const char *const files[] = { "cgroup.events", "cgroup.procs", "cgroup.threads" };
	char path[128];

	for (size_t i = 0; i < ELEMENTS(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", directory, files[i]);
		(void)unlinkat(base_fd, path, 0);
	}
}

static void clean(void)
{
	drop_files(BELOW);
	drop_files(WORLD_SCOPE);
	(void)unlinkat(base_fd, BELOW, AT_REMOVEDIR);
	(void)unlinkat(base_fd, WORLD_SCOPE, AT_REMOVEDIR);
}

static void leave(void)
{
	clean();
	(void)unlinkat(base_fd, "workload.slice", AT_REMOVEDIR);
	(void)rmdir(base);
}

const char *scope_world_begin(void)
{
	if (base_fd < 0) {
		base = mkdtemp(memory) ? memory : mkdtemp(disk);
		if (!base || (base_fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 ||
		    mkdirat(base_fd, "workload.slice", 0755) < 0 || atexit(leave) != 0)
			abort();
	}
	clean();
	scope_world = (struct scope_world){ .now_usec = 1 };
	if (mkdirat(base_fd, WORLD_SCOPE, 0755) < 0 || mkdirat(base_fd, BELOW, 0755) < 0)
		abort();
	return base;
}

bool scope_world_exists(void)
{
	return faccessat(base_fd, WORLD_SCOPE, F_OK, 0) == 0;
}

static size_t count_alive(bool below_only)
{
	size_t n = 0;

	for (size_t i = 0; i < scope_world.n; i++)
		n += scope_world.members[i].alive && (scope_world.members[i].below || !below_only);
	return n;
}

size_t scope_world_alive(void)
{
	return count_alive(false);
}

/* Most of the time nothing has changed. */
static bool is_shown(bool below, const char *procs, const char *events)
{
	static char shown[2][MEMBERS_MAX * 12 + 64];
	char now[sizeof(shown[0])];
	bool same;

	(void)snprintf(now, sizeof(now), "%d%s%s", scope_world.threaded, events, procs);
	same = faccessat(base_fd, below ? BELOW "/cgroup.events" : WORLD_SCOPE "/cgroup.events",
			 F_OK, 0) == 0 &&
	       text_equal(now, shown[below]);
	(void)strcpy(shown[below], now);
	return same;
}

static void show_cgroup(const char *directory, bool below)
{
	bool is_frozen = scope_world.frozen && !scope_world.never_freezes;
	char procs[MEMBERS_MAX * 12] = "", events[64];
	size_t used = 0;

	for (size_t i = 0; i < scope_world.n; i++) {
		const struct member *member = &scope_world.members[i];

		if (member->alive && member->below == below)
			used += (size_t)sprintf(procs + used, "%d\n",
						member->hidden ? 0 : (int)member->pid);
	}
	(void)snprintf(events, sizeof(events), "populated %d\nfrozen %d\n", count_alive(below) > 0,
		       is_frozen);
	if (is_shown(below, procs, events))
		return;
	put_file(directory, "cgroup.events", events);
	put_file(directory, "cgroup.threads", procs);
	put_file(directory, "cgroup.procs", procs);
}

void scope_world_show(void)
{
	if (!scope_world_exists())
		return;
	show_cgroup(WORLD_SCOPE, false);
	if (faccessat(base_fd, BELOW, F_OK, 0) == 0)
		show_cgroup(BELOW, true);
}

void scope_world_add(struct member member)
{
	if (scope_world.n == MEMBERS_MAX)
		return;
	member.pid = FIRST_PID + (pid_t)scope_world.n;
	member.alive = true;
	scope_world.members[scope_world.n++] = member;
}

static void end_if_possible(struct member *member)
{
	if (member->killed && member->stuck_until_usec <= scope_world.now_usec)
		member->alive = false;
}

void scope_world_pass(uint64_t usec)
{
	bool can_run = !scope_world.frozen || scope_world.never_freezes;

	scope_world.now_usec += usec;
	for (size_t i = 0, n = scope_world.n; i < n; i++) {
		struct member *member = &scope_world.members[i];

		end_if_possible(member);
		if (member->alive && !member->killed && member->forks && can_run)
			scope_world_add((struct member){ .below = member->below, .forks = true });
	}
	scope_world_show();
}

static void kill_member(struct member *member)
{
	member->killed = true;
	end_if_possible(member);
}

static int write_kill(void)
{
	if (scope_world.old_kernel)
		return -ENOENT;
	if (scope_world.threaded)
		return -EOPNOTSUPP;
	for (size_t i = 0; i < scope_world.n; i++)
		kill_member(&scope_world.members[i]);
	scope_world.kills++;
	return 0;
}

/* The n-th write fails, if that was asked for. */
static bool fails(void)
{
	return scope_world.fails_after > 0 && --scope_world.fails_after == 0;
}

int __wrap_interface_write(int dirfd, const char *file, const char *value);
int __wrap_interface_write(int dirfd, const char *file, const char *value)
{
	int r = fails()                           ? -scope_world.failure :
		text_equal(file, "cgroup.kill")   ? write_kill() :
		text_equal(file, "cgroup.freeze") ? 0 :
						    -ENOENT;

	if (r == 0 && text_equal(file, "cgroup.freeze"))
		scope_world.frozen = text_equal(value, "1");
	scope_world_show();
	return r;
}

int __real_interface_read(int dirfd, const char *file, char **ret_text);
int __wrap_interface_read(int dirfd, const char *file, char **ret_text);
int __wrap_interface_read(int dirfd, const char *file, char **ret_text)
{
	if (scope_world.threaded && text_equal(file, "cgroup.procs"))
		return -EOPNOTSUPP;
	return __real_interface_read(dirfd, file, ret_text);
}

static struct member *find(pid_t pid)
{
	size_t i = (size_t)(pid - FIRST_PID);

	return pid >= FIRST_PID && i < scope_world.n && scope_world.members[i].alive ?
		       &scope_world.members[i] :
		       NULL;
}

int __wrap_held_process_open(int proc_fd, pid_t pid, struct held_process *ret_held);
int __wrap_held_process_open(int proc_fd, pid_t pid, struct held_process *ret_held)
{
	/* Between the list and the signal there is time for a fork. */
	scope_world_pass(1);
	if (!find(pid))
		return -ESRCH;
	*ret_held = (struct held_process){ .pidfd = -1, .stat.pid = pid };
	return 0;
}

int __wrap_held_process_signal(const struct held_process *held, int signal);
int __wrap_held_process_signal(const struct held_process *held, int signal)
{
	struct member *member = find(held->stat.pid);

	if (fails())
		return -scope_world.failure;
	if (!member)
		return -ESRCH;
	kill_member(member);
	scope_world.kills++;
	scope_world_show();
	return 0;
}

int __wrap_procfs_read_stat(int proc_fd, pid_t pid, struct procfs_stat *ret_stat);
int __wrap_procfs_read_stat(int proc_fd, pid_t pid, struct procfs_stat *ret_stat)
{
	if (!find(pid))
		return -ESRCH;
	*ret_stat = (struct procfs_stat){ .pid = pid, .state = 'D', .comm = "stuck" };
	return 0;
}

int __wrap_procfs_read_tgid(int proc_fd, pid_t tid, pid_t *ret_pid);
int __wrap_procfs_read_tgid(int proc_fd, pid_t tid, pid_t *ret_pid)
{
	*ret_pid = tid;
	return find(tid) ? 0 : -ESRCH;
}

uint64_t __wrap_clock_now_usec(void);
uint64_t __wrap_clock_now_usec(void)
{
	return scope_world.now_usec;
}

uint64_t __wrap_clock_deadline_usec(uint64_t timeout_usec);
uint64_t __wrap_clock_deadline_usec(uint64_t timeout_usec)
{
	uint64_t deadline;

	return __builtin_add_overflow(scope_world.now_usec, timeout_usec, &deadline) ? UINT64_MAX :
										       deadline;
}

int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	scope_world_pass((uint64_t)timeout_ms * CLOCK_USEC_PER_MSEC);
	return 0;
}

int __wrap_nanosleep(const struct timespec *pause, struct timespec *left);
int __wrap_nanosleep(const struct timespec *pause, struct timespec *left)
{
	scope_world_pass((uint64_t)pause->tv_nsec / 1000);
	return 0;
}

/* The kernel removes only a cgroup without processes and without cgroups. */
int __real_unlinkat(int dirfd, const char *path, int flags);
int __wrap_unlinkat(int dirfd, const char *path, int flags);
int __wrap_unlinkat(int dirfd, const char *path, int flags)
{
	bool below = text_equal(path, "in");

	if (flags != AT_REMOVEDIR || (!below && !text_equal(path, "s.scope")))
		return __real_unlinkat(dirfd, path, flags);
	if (count_alive(below) > 0 || (!below && faccessat(base_fd, BELOW, F_OK, 0) == 0)) {
		errno = EBUSY;
		return -1;
	}
	drop_files(below ? BELOW : WORLD_SCOPE);
	return __real_unlinkat(dirfd, path, flags);
}
