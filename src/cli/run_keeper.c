/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/run_keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Runs in the keeper. */
_Noreturn static void keep(int pipe_fd, void (*end)(void *data), void *data)
{
	sigset_t all;
	ssize_t n;
	char byte;

	(void)setsid();
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	do {
		n = read(pipe_fd, &byte, 1);
	} while (n < 0 && errno == EINTR);
	if (n == 0) /* the other end was closed without a word */
		end(data);
	_exit(EXIT_SUCCESS);
}

int run_keeper_start(struct run_keeper *keeper, void (*end)(void *data), void *data)
{
	int ends[2], r;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		(void)close(ends[1]);
		keep(ends[0], end, data);
	}
	r = pid < 0 ? -errno : 0;
	(void)close(ends[0]);
	if (r < 0) {
		(void)close(ends[1]);
		return r;
	}
	*keeper = (struct run_keeper){ ends[1], pid };
	return 0;
}

void run_keeper_stop(struct run_keeper *keeper)
{
	if (keeper->pipe_fd < 0)
		return;
	/* The keeper may have been killed. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)!write(keeper->pipe_fd, "", 1);
	(void)signal(SIGPIPE, SIG_DFL);
	cleanup_close(&keeper->pipe_fd);
	keeper->pipe_fd = -1;
	while (waitpid(keeper->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}
