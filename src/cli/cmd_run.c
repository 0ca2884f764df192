/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/exit_status.h"
#include "base/log.h"
#include "cli/ask.h"
#include "cli/change.h"
#include "cli/command.h"
#include "cli/run_keeper.h"
#include "cli/run_summary.h"

/* As env(1) and timeout(1) use them. */
enum {
	STATUS_OWN_FAILURE = 125,
	STATUS_NOT_EXECUTABLE = 126,
	STATUS_NOT_FOUND = 127,
	STATUS_SIGNAL = 128,
};

static const struct option_row rows[] = {
	CHANGE_LIMIT_ROWS,
	{ "timeout", 't', "TIME",
	  "give up ending what the command leaves behind after TIME (default 10s)",
	  option_row_set_usec, offsetof(struct change, timeout_usec) },
	{ "summary", 0, NULL, "print the peak memory, CPU time and limits met at the end",
	  option_row_set_flag, offsetof(struct change, summary) },
	{ "die-with-parent", 0, NULL, "kill the scope when this process is killed",
	  option_row_set_flag, offsetof(struct change, die_with_parent) },
	{ 0 },
};

const struct option_group run_options = { rows, sizeof(struct change), &change_defaults,
					  change_done };

/* One command, from its scope's creation to its removal. */
struct run {
	struct invocation *invocation;
	const struct change *change;
	int signal_fd;
	sigset_t mask;      /* signals that the caller blocks */
	bool has_started;   /* the scope was made */
	bool is_supervised; /* slicectld made the scope */
	int status;         /* of the command, or of our own failure: the program's */
};

static const int passed_signals[] = { SIGHUP,  SIGINT,  SIGQUIT,  SIGTERM,
				      SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT };

static bool is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* Signals that the caller ignores are ignored by the command too.  Process 1 also takes
 * SIGCHLD, which reports orphans that have exited. */
static int open_signals(sigset_t *ret_mask)
{
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < ELEMENTS(passed_signals); i++) {
		if (!is_ignored(passed_signals[i]))
			(void)sigaddset(&set, passed_signals[i]);
	}
	if (getpid() == 1)
		(void)sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, ret_mask);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Runs in the child: the command has what it would have had without slicectl. */
static void restore_inherited(void *data)
{
	const struct run *run = data;

	(void)umask(run->invocation->umask);
	if (run->invocation->ignores_child_signal)
		(void)signal(SIGCHLD, SIG_IGN);
	(void)sigprocmask(SIG_SETMASK, &run->mask, NULL);
}

/* Orphans that process 1 inherits.  The command itself is waited for elsewhere. */
static void reap_orphans(pid_t command)
{
	siginfo_t info = { 0 };

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid > 0 &&
	       info.si_pid != command) {
		(void)waitpid(info.si_pid, NULL, 0);
		info.si_pid = 0;
	}
}

/* Signals from the terminal reach the command anyway, as a member of the foreground process
 * group; only a hangup goes to the session leader alone. */
static void pass_signals(int signal_fd, int pidfd, pid_t command)
{
	struct signalfd_siginfo info;

	while (read(signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap_orphans(command);
		if (info.ssi_signo == SIGCHLD ||
		    (info.ssi_code == SI_KERNEL && info.ssi_signo != SIGHUP))
			continue;
		(void)syscall(SYS_pidfd_send_signal, pidfd, (int)info.ssi_signo, NULL, 0);
	}
}

static int status_of(int wait_status)
{
	return WIFSIGNALED(wait_status) ? STATUS_SIGNAL + WTERMSIG(wait_status) :
					  WEXITSTATUS(wait_status);
}

/* Waits until the command exits; returns its status as a shell does. */
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
			pass_signals(signal_fd, pidfd, pid);
	} while (!pollers[0].revents);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return STATUS_OWN_FAILURE;
	}
	return status_of(status);
}

/* EPERM and EIO come from the scope, not from execve(2): see slicectl_scope_spawn(). */
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

/* For a caller who may not write to the scope. */
static int ask_to_move(pid_t pid, void *data, struct slicectl_error *error)
{
	const struct run *run = data;
	const struct change move = {
		.pids = &pid,
		.n_pids = 1,
		.timeout_usec = run->change->timeout_usec,
		.force = true, /* the unit of the caller does not need what was forked just now */
	};
	json_t *reply = NULL;
	int r;

	r = change_ask(run->invocation, VERB_MOVE, &move, run->invocation->operands[0], 0, &reply,
		       error);
	json_decref(reply);
	return r > 0 ? 0 : r == 0 ? error_set(error, EPERM, "slicectld has stopped") : r;
}

static int run_inside(struct run *run, const char *owner, const char *path,
		      struct slicectl_error *error)
{
	struct invocation *invocation = run->invocation;
	const struct slicectl_spawn spawn = {
		.file = invocation->operands[1],
		.argv = (const char *const *)invocation->operands + 1,
		.bring_in = run->is_supervised && geteuid() != 0 ? ask_to_move : NULL,
		.data = run,
		.prepare = restore_inherited,
	};
	_cleanup_close_ int pidfd = -1;
	pid_t pid;
	int r;

	r = slicectl_scope_spawn(invocation->hierarchy, owner, path, &spawn, &pid, &pidfd, error);
	run->status = r < 0 ? status_of_failure(r) : await_command(run->signal_fd, pidfd, pid);
	return r;
}

/* Through slicectld where it made the scope, if it still runs. */
static int destroy(struct run *run, const char *owner, const char *path, uint64_t id,
		   struct slicectl_error *error)
{
	const struct deed deed = {
		.kind = DEED_DESTROY,
		.owner = owner,
		.scope = path,
		.timeout_usec = run->change->timeout_usec,
		.id = id,
	};
	json_t *reply = NULL;
	size_t moved;
	int r = run->is_supervised ? change_ask(run->invocation, VERB_DESTROY, run->change, path,
						id, &reply, error) :
				     0;

	json_decref(reply);
	if (r != 0)
		return r < 0 ? r : 0;
	r = context_lock(run->invocation, error);
	return r < 0 ? r :
		       deed_carry_out(run->invocation->hierarchy, -1, &deed, NULL, NULL, &moved,
				      error);
}

/* Processes that the command left behind are killed at once, without a grace period.  A
 * later scope of the same name belongs to somebody else. */
static int end_scope(struct run *run, const char *owner, const char *path, uint64_t id,
		     struct slicectl_error *error)
{
	uint64_t now;

	if (slicectl_scope_id(run->invocation->hierarchy, path, &now, NULL) < 0 || now != id)
		return 0;
	return destroy(run, owner, path, id, error);
}

/* What the keeper needs to end the scope. */
struct ending {
	struct run *run;
	const char *owner, *path;
	uint64_t id;
};

static void end_after_death(void *data)
{
	const struct ending *ending = data;
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (end_scope(ending->run, ending->owner, ending->path, ending->id, &error) < 0)
		log_error("%s", error.message);
}

/* Runs the command in a scope that exists, then removes the scope. */
static int run_and_end(struct run *run, const char *owner, const char *path,
		       struct slicectl_error *error)
{
	struct slicectl_error leftover = SLICECTL_ERROR_INIT;
	struct run_keeper keeper = RUN_KEEPER_NULL;
	struct ending ending = { run, owner, path, 0 };
	uint64_t id;
	int r, ended;

	run->has_started = true;
	/* Others may change the tree while the command starts and runs. */
	cleanup_close(&run->invocation->lock_fd);
	run->invocation->lock_fd = -1;
	r = slicectl_scope_id(run->invocation->hierarchy, path, &id, error);
	if (r < 0)
		return r;
	ending.id = id;
	if (run->change->die_with_parent)
		r = run_keeper_start(&keeper, end_after_death, &ending);
	if (r < 0)
		(void)error_set(error, -r, "cannot start the process that watches this one: %s",
				strerror(-r));
	if (r == 0)
		r = run_inside(run, owner, path, error);
	if (r == 0)
		run_summary_print(run->invocation->hierarchy, path, run->change->summary);
	run_keeper_stop(&keeper);
	ended = end_scope(run, owner, path, id, &leftover);
	if (r < 0 || ended == 0)
		return r;
	*error = leftover;
	return ended;
}

/* Without slicectld: this process makes the scope. */
static int run_directly(struct invocation *invocation, const char *owner, const char *path,
			void *data, size_t *ret_processes, struct slicectl_error *error)
{
	struct run *run = data;
	const struct deed deed = {
		.kind = DEED_CREATE,
		.owner = owner,
		.scope = path,
		.limits = run->change->limits,
		.for_run = true,
	};
	int r;

	r = deed_carry_out(invocation->hierarchy, -1, &deed, NULL, NULL, ret_processes, error);
	if (r == 0)
		r = run_and_end(run, owner, path, error);
	*ret_processes = r == 0;
	return r;
}

/* In a scope that slicectld made, at the base and for the owner that it named. */
static int run_supervised(struct run *run, const json_t *made, struct slicectl_error *error)
{
	const char *path = ask_text(made, "scope", ""), *owner = ask_text(made, "owner", "");
	json_t *reply = NULL;
	int r;

	run->is_supervised = true;
	r = context_adopt(run->invocation, ask_text(made, "base", "/"), path, owner, error);
	if (r == 0)
		return run_and_end(run, owner, path, error);
	/* Where the tree cannot be seen: slicectld removes what it made. */
	if (change_ask(run->invocation, VERB_DESTROY, run->change, path, 0, &reply, NULL) > 0)
		json_decref(reply);
	return r;
}

int cmd_run(struct invocation *invocation, struct slicectl_error *error)
{
	struct change *change = invocation->options;
	struct run run = {
		.invocation = invocation,
		.change = change,
		.status = STATUS_OWN_FAILURE,
	};
	json_t *made = NULL;
	int r;

	change->for_run = true;
	/* Opened before anything else: a signal must not leave a scope behind. */
	run.signal_fd = open_signals(&run.mask);
	r = change_ask(invocation, VERB_CREATE, run.change, invocation->operands[0], 0, &made,
		       error);
	if (r == 0)
		r = change_directly(invocation, "scope.run", run_directly, &run, error);
	else if (r > 0)
		r = run_supervised(&run, made, error);
	json_decref(made);
	cleanup_close(&run.signal_fd);
	/* The exit status is the command's, so an error of ours is only printed. */
	if (r < 0)
		log_error("%s", error->message);
	if ((r == -EINVAL || r == -ERANGE) && !run.has_started)
		return EXIT_USAGE;
	return run.status;
}
