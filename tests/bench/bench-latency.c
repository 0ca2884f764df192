/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the latency benchmark starts and reads, all bounded in count and time:
 *   starts COUNT PERIOD-US PROGRAM ARGUMENT   starts it so often, and waits for the last
 *   placed TRACE COMM PATH    p50, p99 and the largest time in µs from
 *                             sched_process_exec to the cgroup_attach_task into a path
 *                             that holds PATH, of processes called COMM, and how many
 *   gone TRACE COMM CHILD     the same from the sched_process_exec of each COMM to the
 *                             last sched_process_exit of a COMM or a CHILD before the next
 *   killed COUNT MEMBERS DIRECTORY   the floor: p50 and p99 in µs from the write of
 *                             cgroup.kill to the end of so many children, in a cgroup made
 *                             in DIRECTORY
 */

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/text.h"

enum { COUNT_MAX = 20000, MEMBERS_MAX = 200 };

extern char **environ;

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int print_values(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
	(void)printf("%.1f %.1f %.1f %zu\n", n ? values[n / 2] : 0, n ? values[n * 99 / 100] : 0,
		     n ? values[n - 1] : 0, n);
	return EXIT_SUCCESS;
}

static int starts(unsigned count, unsigned period_us, char *program, char *argument)
{
	uint64_t begun = clock_now_ns(CLOCK_MONOTONIC);
	char *arguments[] = { program, argument, NULL };
	pid_t pid;

	for (unsigned i = 0; i < count && i < COUNT_MAX; i++) {
		uint64_t due = begun + (uint64_t)i * period_us * 1000;
		struct timespec at = { (time_t)(due / CLOCK_NSEC_PER_SEC),
				       (long)(due % CLOCK_NSEC_PER_SEC) };

		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
		(void)posix_spawn(&pid, program, NULL, NULL, arguments, environ);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
	}
	while (waitpid(-1, NULL, 0) > 0)
		continue;
	return EXIT_SUCCESS;
}

/* When each pid executed; pids of Linux are below 4 Mi. */
static double *executed_at;

/* The time that a line bears. */
static double time_of(const char *line, const char *what)
{
	double at = 0;

	for (const char *c = what; c > line && c[-1] != ' '; c--)
		at = strtod(c - 1, NULL);
	return at;
}

static void take_exec(const char *what, double at)
{
	const char *field = strstr(what, " pid=");

	if (field)
		executed_at[strtoul(field + 5, NULL, 10) % (4 << 20)] = at;
}

static int placed(const char *path, const char *comm, const char *into)
{
	_cleanup_free_ double *values = calloc(COUNT_MAX, sizeof(*values));
	_cleanup_free_ char *called = text_format(" comm=%s", comm);
	_cleanup_fclose_ FILE *trace = fopen(path, "re");
	_cleanup_free_ char *line = NULL;
	size_t size = 0, n = 0;

	executed_at = calloc(4 << 20, sizeof(*executed_at));
	while (trace && values && called && executed_at && getline(&line, &size, trace) > 0 &&
	       n < COUNT_MAX) {
		const char *what = strstr(line, ": sched_process_exec:");
		double *since;

		if (what)
			take_exec(what, time_of(line, what));
		what = strstr(line, ": cgroup_attach_task:");
		if (!what || !strstr(what, into) || !strstr(what, called) || !strstr(what, " pid="))
			continue;
		since = &executed_at[strtoul(strstr(what, " pid=") + 5, NULL, 10) % (4 << 20)];
		if (*since > 0)
			values[n++] = (time_of(line, what) - *since) * 1e6;
		*since = 0;
	}
	free(executed_at);
	return print_values(values, values ? n : 0);
}

/* Children that sleep, in the cgroup. */
static void fill(int cgroup, pid_t *pids, int *pidfds, unsigned members)
{
	char number[16];

	for (unsigned i = 0; i < members; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			(void)pause();
			_exit(0);
		}
		(void)snprintf(number, sizeof(number), "%d", (int)pids[i]);
		(void)fd_write_file(cgroup, "cgroup.procs", number);
		pidfds[i] = (int)syscall(SYS_pidfd_open, pids[i], 0);
	}
}

/* From the order to the end of the last: µs. */
static double kill_one(int directory, unsigned members)
{
	int pidfds[MEMBERS_MAX], cgroup;
	pid_t pids[MEMBERS_MAX];
	uint64_t begun;

	if (mkdirat(directory, "one", 0755) < 0)
		return -1;
	cgroup = openat(directory, "one", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fill(cgroup, pids, pidfds, members);
	(void)usleep(10000);
	begun = clock_now_ns(CLOCK_MONOTONIC);
	(void)fd_write_file(cgroup, "cgroup.kill", "1");
	for (unsigned i = 0; i < members; i++)
		(void)poll(&(struct pollfd){ .fd = pidfds[i], .events = POLLIN }, 1, 1000);
	begun = clock_now_ns(CLOCK_MONOTONIC) - begun;
	for (unsigned i = 0; i < members; i++) {
		(void)waitpid(pids[i], NULL, 0);
		(void)close(pidfds[i]);
	}
	(void)close(cgroup);
	for (int i = 0; i < 100 && unlinkat(directory, "one", AT_REMOVEDIR) < 0; i++)
		(void)usleep(1000);
	return (double)begun / 1e3;
}

static int killed(unsigned count, unsigned members, const char *path)
{
	_cleanup_free_ double *values = calloc(COUNT_MAX, sizeof(*values));
	_cleanup_close_ int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t n = 0;

	for (unsigned i = 0; values && members <= MEMBERS_MAX && i < count && i < COUNT_MAX; i++) {
		double value = kill_one(directory, members);

		if (value >= 0)
			values[n++] = value;
	}
	return print_values(values, n);
}

static int gone(const char *path, const char *comm, const char *child)
{
	_cleanup_free_ double *values = calloc(COUNT_MAX, sizeof(*values));
	_cleanup_free_ char *root = text_format("/%s ", comm);
	_cleanup_free_ char *one = text_format("comm=%s ", comm),
			    *other = text_format("comm=%s ", child);
	_cleanup_fclose_ FILE *trace = fopen(path, "re");
	_cleanup_free_ char *line = NULL;
	double since = 0, last = 0;
	size_t size = 0, n = 0;

	while (trace && values && root && one && other && getline(&line, &size, trace) > 0 &&
	       n < COUNT_MAX - 1) {
		const char *exec = strstr(line, ": sched_process_exec:");
		const char *end = strstr(line, ": sched_process_exit:");

		if (exec && strstr(exec, root)) {
			if (last > since && since > 0)
				values[n++] = (last - since) * 1e6;
			since = time_of(line, exec);
		}
		if (end && (strstr(end, one) || strstr(end, other)))
			last = time_of(line, end);
	}
	if (last > since && since > 0)
		values[n++] = (last - since) * 1e6;
	return print_values(values, values ? n : 0);
}

int main(int argc, char **argv)
{
	if (argc == 6 && text_equal(argv[1], "starts"))
		return starts((unsigned)atoi(argv[2]), (unsigned)atoi(argv[3]), argv[4], argv[5]);
	if (argc == 5 && text_equal(argv[1], "placed"))
		return placed(argv[2], argv[3], argv[4]);
	if (argc == 5 && text_equal(argv[1], "gone"))
		return gone(argv[2], argv[3], argv[4]);
	if (argc == 5 && text_equal(argv[1], "killed"))
		return killed((unsigned)atoi(argv[2]), (unsigned)atoi(argv[3]), argv[4]);
	(void)fprintf(stderr, "bench-latency: see the source\n");
	return EXIT_FAILURE;
}
