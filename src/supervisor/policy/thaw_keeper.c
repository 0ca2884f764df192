/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/policy/thaw_keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "cgroup/freeze.h"

/* The daemon may be late by so much. */
#define GRACE_NS (2 * CLOCK_NSEC_PER_SEC)

/* How often it looks once the time is over: a change that was queued may still come. */
#define LOOK_AGAIN_NS CLOCK_NSEC_PER_SEC

enum { DESCRIPTORS_MAX = 65536 };

enum { WORD_RESTART = 'r', WORD_END = 'e' };

struct thaw_keeper {
	int pipe_fd, pidfd;
	sd_event_source *exit;
};

/* What the process needs; nothing is allocated after the fork. */
struct watch_over {
	int pipe_fd, dirfd;
	char *sentence; /* for standard error */
	uint64_t span_ns;
};

/* From here to keep(): in the child of a process with threads, so only functions that are safe there. */
static void close_range_of(unsigned first, unsigned last)
{
	/* Before Linux 5.9 one at a time. */
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	for (unsigned fd = first; fd <= last && fd < DESCRIPTORS_MAX; fd++)
		(void)close((int)fd);
}

/* Otherwise it would hold the lock of the daemon, and its end of this pipe. */
static void close_others(int a, int b)
{
	unsigned least = (unsigned)(a < b ? a : b), most = (unsigned)(a < b ? b : a);

	close_range_of(STDERR_FILENO + 1, least - 1);
	close_range_of(least + 1, most - 1);
	close_range_of(most + 1, ~0U);
}

static void thaw(const struct watch_over *over)
{
	if (freeze_end_nudge(over->dirfd) == 1)
		(void)!write(STDERR_FILENO, over->sentence, strlen(over->sentence));
}

_Noreturn static void keep(const struct watch_over *over)
{
	uint64_t due_ns = clock_now_ns(CLOCK_BOOTTIME) + over->span_ns + GRACE_NS;
	char word = 0;
	sigset_t all;
	ssize_t n = -1;

	(void)setsid();
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	close_others(over->pipe_fd, over->dirfd);
	while (n != 0 && word != WORD_END) {
		struct pollfd poller = { .fd = over->pipe_fd, .events = POLLIN };
		uint64_t now_ns = clock_now_ns(CLOCK_BOOTTIME);
		uint64_t wait_ns = now_ns < due_ns ? due_ns - now_ns : LOOK_AGAIN_NS;

		if (now_ns >= due_ns)
			thaw(over);
		if (poll(&poller, 1, (int)(wait_ns / CLOCK_NSEC_PER_MSEC) + 1) <= 0)
			continue;
		n = read(over->pipe_fd, &word, 1);
		if (n == 1 && word == WORD_RESTART)
			due_ns = clock_now_ns(CLOCK_BOOTTIME) + over->span_ns + GRACE_NS;
	}
	if (n == 0) /* the daemon has ended */
		thaw(over);
	_exit(EXIT_SUCCESS);
}

static void keeper_free(struct thaw_keeper *keeper)
{
	keeper->exit = sd_event_source_unref(keeper->exit);
	cleanup_close(&keeper->pipe_fd);
	cleanup_close(&keeper->pidfd);
	free(keeper);
}

static int on_exit_of(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct thaw_keeper *keeper = data;
	siginfo_t info = { 0 };

	(void)waitid(P_PIDFD, (id_t)keeper->pidfd, &info, WEXITED | WNOHANG);
	(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
	if (keeper->pipe_fd < 0)
		keeper_free(keeper);
	return 0;
}

/* Starts the process; the parent holds the other end of the pipe. */
static int fork_keeper(struct watch_over *over, struct thaw_keeper *keeper)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	over->pipe_fd = ends[0];
	pid = fork();
	if (pid == 0)
		keep(over);
	(void)close(ends[0]);
	keeper->pipe_fd = ends[1];
	if (pid < 0)
		return -errno;
	keeper->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	return keeper->pidfd < 0 ? -errno : 0;
}

int thaw_keeper_start(sd_event *loop, int dirfd, const char *path, uint64_t span_ns,
		      struct thaw_keeper **ret_keeper)
{
	_cleanup_free_ char *sentence =
		text_format("slicectld has ended or hangs: %s, which a policy had frozen, is thawed\n",
			    path);
	struct watch_over over = { .dirfd = dirfd, .sentence = sentence, .span_ns = span_ns };
	struct thaw_keeper *keeper = calloc(1, sizeof(*keeper));
	int r;

	if (!keeper || !sentence) {
		free(keeper);
		return -ENOMEM;
	}
	keeper->pipe_fd = keeper->pidfd = -1;
	r = fork_keeper(&over, keeper);
	if (r == 0)
		r = sd_event_add_io(loop, &keeper->exit, keeper->pidfd, EPOLLIN, on_exit_of, keeper);
	if (r < 0) {
		keeper_free(keeper);
		return r;
	}
	*ret_keeper = keeper;
	return 0;
}

static void say(const struct thaw_keeper *keeper, char word)
{
	(void)!write(keeper->pipe_fd, &word, 1);
}

void thaw_keeper_restart(struct thaw_keeper *keeper)
{
	say(keeper, WORD_RESTART);
}

void thaw_keeper_end(struct thaw_keeper *keeper)
{
	if (!keeper)
		return;
	say(keeper, WORD_END);
	cleanup_close(&keeper->pipe_fd);
	keeper->pipe_fd = -1;
	/* It has ended already, or is reaped when it does. */
	if (sd_event_source_get_enabled(keeper->exit, NULL) <= 0)
		keeper_free(keeper);
}
