/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/identity.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

int held_process_open(int proc_fd, pid_t pid, struct held_process *ret_held)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	int r;

	held.pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (held.pidfd < 0)
		/* EINVAL: the number is the id of a thread, not of a process. */
		return errno == EINVAL ? -ESRCH : -errno;
	r = procfs_read_stat(proc_fd, pid, &held.stat);
	if (r < 0)
		return r;
	/* The process is alive, so the pid belonged to it during the read. */
	if (!held_process_is_alive(&held))
		return -ESRCH;
	*ret_held = held;
	held.pidfd = -1;
	return 0;
}

/* Samples of two clocks, and the longest pause between them that is accepted at once. */
enum { SAMPLES_MAX = 16, SAMPLE_NS = 20000 };

/* A thread that is preempted between the two clocks would take the pause for a suspend, so the
 * sample with the shortest pause counts. */
uint64_t identity_suspended_ns(void)
{
	uint64_t shortest = UINT64_MAX, suspended = 0;

	for (int i = 0; i < SAMPLES_MAX && shortest > SAMPLE_NS; i++) {
		uint64_t before = clock_now_ns(CLOCK_MONOTONIC);
		uint64_t boottime = clock_now_ns(CLOCK_BOOTTIME);
		uint64_t pause = clock_now_ns(CLOCK_MONOTONIC) - before;

		if (pause >= shortest)
			continue;
		shortest = pause;
		suspended = boottime - before;
	}
	return suspended;
}

uint64_t identity_ticks(uint64_t monotonic_ns)
{
	/* Start times include the time that the machine was suspended. */
	return identity_ticks_after(monotonic_ns, identity_suspended_ns());
}

uint64_t identity_ticks_after(uint64_t monotonic_ns, uint64_t suspended_ns)
{
	uint64_t tick_ns = CLOCK_NSEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK);

	return (monotonic_ns + suspended_ns) / tick_ns;
}

uint64_t identity_began_ns(uint64_t start_ticks)
{
	return identity_began_after(start_ticks, identity_suspended_ns());
}

uint64_t identity_began_after(uint64_t start_ticks, uint64_t suspended_ns)
{
	uint64_t tick_ns = CLOCK_NSEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK);
	/* The clocks are read one after the other, so the result can be negative. */
	int64_t end = (int64_t)((start_ticks + 1) * tick_ns - 1 - suspended_ns);

	return end > 0 ? (uint64_t)end : 1;
}

bool held_process_is_younger(const struct held_process *held, uint64_t monotonic_ns)
{
	return held->stat.start_ticks > identity_ticks(monotonic_ns);
}

void held_process_close(struct held_process *held)
{
	if (held->pidfd >= 0)
		(void)close(held->pidfd);
	held->pidfd = -1;
}

bool held_process_is_alive(const struct held_process *held)
{
	struct pollfd poller = { .fd = held->pidfd, .events = POLLIN };

	/* A pidfd becomes readable when its process ends. */
	return poll(&poller, 1, 0) == 0;
}

int held_process_signal(const struct held_process *held, int signal)
{
	return syscall(SYS_pidfd_send_signal, held->pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

/* struct pidfd_info of linux/pidfd.h as introduced by Linux 6.13: the headers of the
 * machine that builds this may be older. */
struct pidfd_facts {
	uint64_t mask;
	uint64_t cgroup_id;
	uint32_t ids[12];
};
#define PIDFD_FACTS _IOWR(0xFF, 11, struct pidfd_facts)
#define PIDFD_FACTS_CGROUP UINT64_C(4)

int held_process_cgroup(const struct held_process *held, uint64_t *ret_id)
{
	struct pidfd_facts facts = { .mask = PIDFD_FACTS_CGROUP };

	if (ioctl(held->pidfd, PIDFD_FACTS, &facts) < 0)
		return errno == ESRCH ? -ESRCH : -EOPNOTSUPP;
	if (!(facts.mask & PIDFD_FACTS_CGROUP))
		return -EOPNOTSUPP;
	*ret_id = facts.cgroup_id;
	return 0;
}
