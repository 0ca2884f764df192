/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "test.h"

/* Starts a process that never sleeps, on the same processor as this one: the scheduler interrupts
 * both every few milliseconds, wherever they are. */
static pid_t start_hog(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid != 0)
		return pid;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		;
	_exit(0);
}

static void stay_on_this_processor(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

/* A thread that is preempted between two clocks must not take a process for a later one: the ticks
 * of one time never change, unless the machine is suspended. */
static void ticks_do_not_depend_on_the_scheduler(void)
{
	enum { TICK_NS = 10 * 1000 * 1000, MARGIN_NS = 1000 * 1000 };
	uint64_t boottime = clock_now_ns(CLOCK_BOOTTIME), now = clock_now_ns(CLOCK_MONOTONIC);
	uint64_t time_ns = now - (boottime % TICK_NS) + MARGIN_NS; /* soon after a tick began */
	uint64_t ticks = identity_ticks(time_ns), end = now + CLOCK_NSEC_PER_SEC;
	size_t wrong = 0, calls = 0;
	pid_t hog;

	stay_on_this_processor();
	hog = start_hog();
	CHECK_FATAL(hog > 0);
	for (; clock_now_ns(CLOCK_MONOTONIC) < end; calls++)
		wrong += identity_ticks(time_ns) != ticks;
	(void)kill(hog, SIGKILL);
	(void)waitpid(hog, NULL, 0);
	CHECK(calls > 100);
	CHECK_INT(wrong, 0);
}

/* What is read of a process that has exited may be that of the next one with its pid. */
static void a_process_that_has_exited_is_not_held(void)
{
	struct held_process held = HELD_PROCESS_NULL;
	_cleanup_close_ int proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct procfs_stat stat;
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	(void)waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT); /* it stays a zombie */
	CHECK_INT(procfs_read_stat(proc_fd, pid, &stat), 0);
	CHECK_INT(held_process_open(proc_fd, pid, &held), -ESRCH);
	CHECK_INT(held.pidfd, -1);
	CHECK_INT(held_process_open(proc_fd, getpid(), &held), 0);
	held_process_close(&held);
	(void)waitpid(pid, NULL, 0);
}

TEST_MAIN("identity", CASE(a_process_that_has_exited_is_not_held),
	  CASE(ticks_do_not_depend_on_the_scheduler))
