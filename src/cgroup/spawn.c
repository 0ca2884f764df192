/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <slicectl/scope.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/identity.h"
#include "cgroup/claim.h"
#include "cgroup/handle.h"
#include "cgroup/lifecycle.h"
#include "cgroup/place_move.h"

/* Shared by parent and child until the child executes the program. */
struct launch {
	const struct slicectl_spawn *spawn;
	int report[2]; /* the child writes 0, then the errno of an execve that failed */
	int gate[2];   /* the child waits here until it has been moved; -1: not used */
};

/* Ignored signals stay ignored, as nohup(1) needs it. */
static void unblock_signals(void)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The supervisor raises its own limit to the hard one.  Programs get what they expect: those that use
 * select(2) must not have descriptors above 1023. */
static void restore_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur <= FD_SETSIZE)
		return;
	limit.rlim_cur = FD_SETSIZE;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* Sets up the process like a service manager; see as_service. */
static void detach(void)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null >= 0)
		(void)dup2(null, STDIN_FILENO);
	(void)dup2(STDERR_FILENO, STDOUT_FILENO);
	(void)!chdir("/");
	(void)umask(0022);
	/* Whoever started the supervisor may have left descriptors open (Linux 5.11). */
	(void)syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	restore_descriptors();
	/* The program does not inherit the protection of the supervisor from the OOM killer. */
	(void)fd_write_file(AT_FDCWD, "/proc/self/oom_score_adj", "0");
	for (int signal = 1; signal < NSIG; signal++)
		(void)sigaction(signal, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
}

/* Runs in the child: calls only functions that are safe between fork and exec. */
static void become(const struct launch *launch)
{
	const struct slicectl_spawn *spawn = launch->spawn;
	char byte;
	int code;

	if (launch->gate[0] >= 0) {
		(void)close(launch->gate[1]);
		if (read(launch->gate[0], &byte, 1) != 1)
			_exit(EXIT_FAILURE); /* the parent failed to move it */
	}
	/* The zero tells the parent that the child was not killed at birth. */
	code = 0;
	(void)!write(launch->report[1], &code, sizeof(code));
	if (spawn->as_service)
		detach();
	unblock_signals();
	if (spawn->prepare)
		spawn->prepare(spawn->data);
	if (spawn->envp)
		(void)execvpe(spawn->file, (char *const *)spawn->argv, (char *const *)spawn->envp);
	else
		(void)execvp(spawn->file, (char *const *)spawn->argv);
	code = errno;
	(void)!write(launch->report[1], &code, sizeof(code));
	_exit(EXIT_FAILURE);
}

/* Forks by clone3; returns 0 in the child. */
static pid_t clone_into(int cgroup_fd, int *ret_pidfd)
{
	struct clone_args arguments = {
		.flags = CLONE_PIDFD | (cgroup_fd >= 0 ? CLONE_INTO_CGROUP : 0),
		.pidfd = (uintptr_t)ret_pidfd,
		.exit_signal = SIGCHLD,
		.cgroup = cgroup_fd >= 0 ? (uint64_t)cgroup_fd : 0,
	};
	pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));

	return pid < 0 ? -errno : pid;
}

static pid_t plain_fork(int *ret_pidfd)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid > 0)
		*ret_pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	return pid;
}

/* Reads one number from the child; false when it has closed its end. */
static bool hear(const struct launch *launch, int *ret_code)
{
	ssize_t n;

	do {
		n = read(launch->report[0], ret_code, sizeof(*ret_code));
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(*ret_code);
}

/* 0 when the program runs; otherwise the -errno of its execve, or -EAGAIN for a child that
 * was killed before it wrote anything.  Then the child has been reaped. */
static int await_program(struct launch *launch, pid_t pid)
{
	int code = 0;

	cleanup_close(&launch->report[1]);
	launch->report[1] = -1;
	if (!hear(launch, &code)) {
		(void)waitpid(pid, NULL, 0);
		return -EAGAIN;
	}
	if (!hear(launch, &code))
		return 0;
	(void)waitpid(pid, NULL, 0);
	return -code;
}

static void launch_done(struct launch *launch)
{
	for (int i = 0; i < 2; i++) {
		cleanup_close(&launch->report[i]);
		cleanup_close(&launch->gate[i]);
	}
}

#define _cleanup_launch_ _cleanup_(launch_done)

/* -EAGAIN when the kernel does not start the child there directly; it must be moved then.
 * @ret_refused: the errno is about the cgroup, not about the program. */
static int start_inside(int cgroup_fd, const struct slicectl_spawn *spawn, bool *ret_refused,
			pid_t *ret_pid, int *ret_pidfd)
{
	_cleanup_launch_ struct launch launch = { spawn, { -1, -1 }, { -1, -1 } };
	_cleanup_close_ int pidfd = -1;
	pid_t pid;
	int r;

	*ret_refused = false;
	if (pipe2(launch.report, O_CLOEXEC) < 0)
		return -errno;
	pid = clone_into(cgroup_fd, &pidfd);
	if (pid == 0)
		become(&launch);
	if (pid == -ENOSYS || pid == -EINVAL || pid == -E2BIG || pid == -EPERM)
		return -EAGAIN;
	*ret_refused = pid < 0;
	r = pid < 0 ? pid : await_program(&launch, pid);
	if (r < 0)
		return r;
	*ret_pid = pid;
	*ret_pidfd = TAKE_FD(pidfd);
	return 0;
}

/* Returns -EPERM or -EIO, so that the error is not mistaken for the errno of execve. */
static int refuse_start(const char *scope, int code, struct slicectl_error *error)
{
	if (code == -EACCES)
		return error_set(error, EPERM,
				 "%s: cannot start a process in it: no write permission for cgroup.procs of the common ancestor; start from inside the delegated slice",
				 scope);
	return error_set(error, EIO, "%s: cannot start a process in it: %s", scope,
			 code == -EAGAIN ? "pids.max forbids it" : strerror(-code));
}

static int refuse_program(const char *scope, const struct slicectl_spawn *spawn, int code,
			  struct slicectl_error *error)
{
	return error_set(error, -code, "%s: cannot start %s: %s", scope, spawn->file,
			 strerror(-code));
}

/* Moves the waiting child. */
static int move_child(struct slicectl_hierarchy *hierarchy, const char *scope, pid_t pid,
		      struct slicectl_error *error)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	_cleanup_place_ struct place place = PLACE_NULL;
	int r;

	r = held_process_open(hierarchy->proc_fd, pid, &held);
	if (r < 0)
		return error_set(error, -r, "%s: cannot open the waiting child %d: %s", scope,
				 (int)pid, strerror(-r));
	r = place_open(hierarchy, scope, &place, error);
	if (r == 0)
		r = place_held(hierarchy, &place, &held, NULL, error);
	return r;
}

static int start_and_move(struct slicectl_hierarchy *hierarchy, const char *scope,
			  const struct slicectl_spawn *spawn, pid_t *ret_pid, int *ret_pidfd,
			  struct slicectl_error *error)
{
	_cleanup_launch_ struct launch launch = { spawn, { -1, -1 }, { -1, -1 } };
	_cleanup_close_ int pidfd = -1;
	pid_t pid;
	int r;

	if (pipe2(launch.report, O_CLOEXEC) < 0 || pipe2(launch.gate, O_CLOEXEC) < 0)
		return refuse_program(scope, spawn, -errno, error);
	pid = plain_fork(&pidfd);
	if (pid == 0)
		become(&launch);
	if (pid < 0)
		return refuse_program(scope, spawn, pid, error);
	r = pidfd < 0       ? refuse_program(scope, spawn, -EMFILE, error) :
	    spawn->bring_in ? spawn->bring_in(pid, spawn->data, error) :
			      move_child(hierarchy, scope, pid, error);
	if (r == 0 && write(launch.gate[1], "", 1) != 1)
		r = refuse_program(scope, spawn, -errno, error);
	if (r < 0) {
		cleanup_close(&launch.gate[1]);
		launch.gate[1] = -1;
		(void)waitpid(pid, NULL, 0);
		return r;
	}
	r = await_program(&launch, pid);
	if (r < 0)
		return refuse_program(scope, spawn, r, error);
	*ret_pid = pid;
	*ret_pidfd = TAKE_FD(pidfd);
	return 0;
}

int slicectl_scope_spawn(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			 const struct slicectl_spawn *spawn, pid_t *ret_pid, int *ret_pidfd,
			 struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	_cleanup_close_ int fd = -1;
	bool refused;
	int r;

	r = claim_open_scope(hierarchy, owner, path, &scope, &fd, error);
	if (r == 0)
		r = lifecycle_check_active(hierarchy, scope, error);
	if (r < 0)
		return r;
	refused = false;
	r = spawn->bring_in ? -EAGAIN : start_inside(fd, spawn, &refused, ret_pid, ret_pidfd);
	if (refused)
		return refuse_start(scope, r, error);
	if (r == -EAGAIN)
		return start_and_move(hierarchy, scope, spawn, ret_pid, ret_pidfd, error);
	return r < 0 ? refuse_program(scope, spawn, r, error) : 0;
}
