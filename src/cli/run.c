/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "cli/context.h"
#include "cli/limit_options.h"
#include "cli/scope.h"

/* As env(1) and timeout(1) have them. */
enum {
	STATUS_OWN_FAILURE = 125,
	STATUS_NOT_EXECUTABLE = 126,
	STATUS_NOT_FOUND = 127,
	STATUS_SIGNAL = 128,
};

const struct option_spec run_options[] = {
	LIMIT_OPTIONS,
	{ OPTION_TIMEOUT, "timeout", 't', "TIME", "wait at most so long for the end (10s)" },
	{ 0 },
};

static const int passed_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2,
				      SIGWINCH, SIGCONT };

static int open_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < ELEMENTS(passed_signals); i++)
		(void)sigaddset(&set, passed_signals[i]);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* What the terminal sends goes to the command as well, without us. */
static void pass_signals(int signal_fd, int pidfd)
{
	struct signalfd_siginfo info;

	while (read(signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_code == SI_KERNEL)
			continue;
		(void)syscall(SYS_pidfd_send_signal, pidfd, (int)info.ssi_signo, NULL, 0);
	}
}

/* Until the command has ended; its wait status. */
static int await_command(int signal_fd, int pidfd, pid_t pid)
{
	struct pollfd pollers[] = {
		{ .fd = pidfd, .events = POLLIN },
		{ .fd = signal_fd, .events = POLLIN },
	};
	int status = 0;

	do {
		(void)poll(pollers, ELEMENTS(pollers), -1);
		if (pollers[1].revents)
			pass_signals(signal_fd, pidfd);
	} while (!pollers[0].revents);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static int status_of(int wait_status)
{
	return WIFSIGNALED(wait_status) ? STATUS_SIGNAL + WTERMSIG(wait_status)
					: WEXITSTATUS(wait_status);
}

static int run_inside(struct invocation *invocation, const char *owner, const char *path,
		      int *ret_status, struct slicectl_error *error)
{
	const struct slicectl_spawn spawn = {
		.file = invocation->operands[1],
		.argv = (const char *const *)invocation->operands + 1,
	};
	_cleanup_close_ int signal_fd = open_signals(), pidfd = -1;
	pid_t pid;
	int r;

	r = slicectl_scope_spawn(invocation->hierarchy, owner, path, &spawn, &pid, &pidfd, error);
	if (r < 0) {
		*ret_status = r == -ENOENT ? STATUS_NOT_FOUND :
			      r == -EACCES || r == -ENOEXEC ? STATUS_NOT_EXECUTABLE :
							      STATUS_OWN_FAILURE;
		return r;
	}
	/* Others may change the tree while the command runs. */
	cleanup_close(&invocation->lock_fd);
	invocation->lock_fd = -1;
	*ret_status = status_of(await_command(signal_fd, pidfd, pid));
	return 0;
}

/* Whatever the command left behind ends with it, without grace (PS3). */
static int run_scoped(struct invocation *invocation, const char *owner, const char *path,
		      size_t *ret_processes, struct slicectl_error *error)
{
	struct slicectl_error leftover = SLICECTL_ERROR_INIT;
	int status = STATUS_OWN_FAILURE, r;

	r = slicectl_scope_create(invocation->hierarchy, owner, path, invocation->limits, error);
	if (r < 0)
		return r;
	r = run_inside(invocation, owner, path, &status, error);
	*ret_processes = r == 0;
	if (slicectl_scope_destroy(invocation->hierarchy, owner, path, invocation->timeout_usec, 0,
				   &leftover) < 0 &&
	    leftover.code != ENOENT)
		log_error("%s", leftover.message);
	if (r < 0)
		log_error("%s", error->message);
	return status;
}

int run_run(struct invocation *invocation, struct slicectl_error *error)
{
	int r;

	invocation->operands[invocation->n_operands] = NULL;
	r = scope_change(invocation, "scope.run", run_scoped, error);
	if (r >= 0)
		return r;
	/* The command's statuses begin at 0: ours must not look like one of them. */
	log_error("%s", error->message);
	return STATUS_OWN_FAILURE;
}
