/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "cli/ask.h"
#include "cli/change.h"
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

static const int passed_signals[] = { SIGHUP,  SIGINT,  SIGQUIT,  SIGTERM,
				      SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT };

static bool is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* Those that the caller wants ignored are ignored by the command too. */
static int open_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < ELEMENTS(passed_signals); i++) {
		if (!is_ignored(passed_signals[i]))
			(void)sigaddset(&set, passed_signals[i]);
	}
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* What the terminal sends to its foreground group reaches the command without us;
 * a hangup goes to the leader of the session alone. */
static void pass_signals(int signal_fd, int pidfd)
{
	struct signalfd_siginfo info;

	while (read(signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_code == SI_KERNEL && info.ssi_signo != SIGHUP)
			continue;
		(void)syscall(SYS_pidfd_send_signal, pidfd, (int)info.ssi_signo, NULL, 0);
	}
}

static int status_of(int wait_status)
{
	return WIFSIGNALED(wait_status) ? STATUS_SIGNAL + WTERMSIG(wait_status) :
					  WEXITSTATUS(wait_status);
}

/* Until the command has ended; its status as a shell has it. */
static int await_command(int signal_fd, int pidfd, pid_t pid)
{
	struct pollfd pollers[] = {
		{ .fd = pidfd, .events = POLLIN },
		{ .fd = signal_fd, .events = POLLIN },
	};
	int status;

	do {
		(void)poll(pollers, ELEMENTS(pollers), -1);
		if (pollers[1].revents)
			pass_signals(signal_fd, pidfd);
	} while (!pollers[0].revents);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return STATUS_OWN_FAILURE;
	}
	return status_of(status);
}

/* EPERM and EIO are the scope's: see slicectl_scope_spawn(). */
static int status_of_failure(int code)
{
	switch (code) {
	case -ENOENT:
		return STATUS_NOT_FOUND;
	case -EPERM:
	case -EIO:
	case -EBUSY:
	case -EOPNOTSUPP:
		return STATUS_OWN_FAILURE;
	default:
		return STATUS_NOT_EXECUTABLE;
	}
}

/* For who may not write there himself. */
static int ask_to_move(pid_t pid, void *data, struct slicectl_error *error)
{
	struct invocation *invocation = data;
	json_t *reply = NULL;
	int r;

	invocation->pids = &pid;
	invocation->n_pids = 1;
	r = change_ask(invocation, VERB_MOVE, invocation->operands[0], 0, &reply, error);
	invocation->pids = NULL;
	invocation->n_pids = 0;
	json_decref(reply);
	return r > 0 ? 0 : r == 0 ? error_set(error, EPERM, "slicectld has ended") : r;
}

static int run_inside(struct invocation *invocation, const char *owner, const char *path,
		      struct slicectl_error *error)
{
	const struct slicectl_spawn spawn = {
		.file = invocation->operands[1],
		.argv = (const char *const *)invocation->operands + 1,
		.bring_in = invocation->is_supervised && geteuid() != 0 ? ask_to_move : NULL,
		.data = invocation,
	};
	_cleanup_close_ int pidfd = -1;
	pid_t pid;
	int r;

	/* Others may change the tree while the command starts and runs. */
	cleanup_close(&invocation->lock_fd);
	invocation->lock_fd = -1;
	r = slicectl_scope_spawn(invocation->hierarchy, owner, path, &spawn, &pid, &pidfd, error);
	invocation->status = r < 0 ? status_of_failure(r) :
				     await_command(invocation->signal_fd, pidfd, pid);
	return r;
}

/* Through the supervisor where it made the scope, if it is still there. */
static int destroy(struct invocation *invocation, const char *owner, const char *path, uint64_t id,
		   struct slicectl_error *error)
{
	const struct deed deed = {
		.kind = DEED_DESTROY,
		.owner = owner,
		.scope = path,
		.timeout_usec = invocation->timeout_usec,
		.id = id,
	};
	json_t *reply = NULL;
	size_t moved;
	int r = invocation->is_supervised ?
			change_ask(invocation, VERB_DESTROY, path, id, &reply, error) :
			0;

	json_decref(reply);
	if (r != 0)
		return r < 0 ? r : 0;
	r = context_lock(invocation, error);
	return r < 0 ? r :
		       deed_carry_out(invocation->hierarchy, -1, &deed, NULL, NULL, &moved, error);
}

/* Whatever the command left behind ends with it, without grace (PS3).  A later
 * scope of the same name is somebody else's. */
static int end_scope(struct invocation *invocation, const char *owner, const char *path,
		     uint64_t id, struct slicectl_error *error)
{
	uint64_t now;

	if (slicectl_scope_id(invocation->hierarchy, path, &now, NULL) < 0 || now != id)
		return 0;
	return destroy(invocation, owner, path, id, error);
}

/* In the scope, which is there; and its end. */
static int run_and_end(struct invocation *invocation, const char *owner, const char *path,
		       struct slicectl_error *error)
{
	struct slicectl_error leftover = SLICECTL_ERROR_INIT;
	uint64_t id;
	int r, ended;

	r = slicectl_scope_id(invocation->hierarchy, path, &id, error);
	if (r < 0)
		return r;
	r = run_inside(invocation, owner, path, error);
	ended = end_scope(invocation, owner, path, id, &leftover);
	if (r < 0 || ended == 0)
		return r;
	*error = leftover;
	return ended;
}

/* As a deed of ours, without a supervisor. */
static int run_scoped(struct invocation *invocation, const char *owner, const char *path,
		      void *data, size_t *ret_processes, struct slicectl_error *error)
{
	int r;

	r = slicectl_scope_create(invocation->hierarchy, owner, path, invocation->limits, error);
	if (r == 0)
		r = run_and_end(invocation, owner, path, error);
	*ret_processes = r == 0;
	return r;
}

/* In a scope that the supervisor made, at its base and for the owner that it named. */
static int run_supervised(struct invocation *invocation, const json_t *made,
			  struct slicectl_error *error)
{
	const char *path = ask_text(made, "scope", ""), *owner = ask_text(made, "owner", "");
	int r;

	invocation->is_supervised = true;
	r = context_adopt(invocation, ask_text(made, "base", "/"), path, owner, error);
	return r < 0 ? r : run_and_end(invocation, owner, path, error);
}

int cmd_run(struct invocation *invocation, struct slicectl_error *error)
{
	json_t *made = NULL;
	int r;

	invocation->status = STATUS_OWN_FAILURE;
	/* First of all: a signal must not leave a scope behind. */
	invocation->signal_fd = open_signals();
	r = change_ask(invocation, VERB_CREATE, invocation->operands[0], 0, &made, error);
	if (r == 0)
		r = scope_change_directly(invocation, "scope.run", run_scoped, NULL, error);
	else if (r > 0)
		r = run_supervised(invocation, made, error);
	json_decref(made);
	/* The statuses of the command are its own: ours must not look like them. */
	if (r < 0)
		log_error("%s", error->message);
	return invocation->status;
}
