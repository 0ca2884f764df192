/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What watches of levels cost, and how late they tell; see tests/bench/observe.
 *
 *   bench-watch far DAEMON N          CPU of N watches far from their level, beside a poll of the same
 *   bench-watch near                  from the crossing to the event, for ten growing processes
 *   bench-watch open                  an open loop that is watched, to one that is not
 *   bench-watch pressure SUBJECT FILE from the kernel's notification at FILE to the event
 *   bench-watch storm DAEMON NOTHING  CPU of a storm of execs with 100 clients, to one without
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <slicectl/watch.h>

enum {
	SECONDS = 10,
	POLL_USEC = 100000,
	GROWERS = 10,
	LEVEL = 60,    /* descriptors */
	DISTANCE = 14, /* that a process has left until then */
	ROUNDS = 30,
	OPENS = 40000,
	CLIENTS = 100,
	LEVELS = 10,
	EXECS = 20000,
	PRESSURES = 20,
};

static uint64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void fail(const char *what, const struct slicectl_error *error)
{
	(void)fprintf(stderr, "bench-watch: %s: %s\n", what,
		      error ? error->message : strerror(errno));
	exit(EXIT_FAILURE);
}

static struct slicectl_watch *open_watch(void)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct slicectl_watch *watch;

	if (slicectl_watch_open(NULL, &watch, &error) < 0)
		fail("open", &error);
	return watch;
}

static void add(struct slicectl_watch *watch, const char *subject, const char *resource,
		const char *text, const char *direction)
{
	const struct slicectl_watch_level level = {
		.subject = subject, .resource = resource, .level = text, .direction = direction
	};
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (slicectl_watch_add(watch, &level, NULL, &error) < 0)
		fail(subject, &error);
}

/* The scheduler counts in nanoseconds, over all threads. */
static uint64_t cpu_of(const char *pid)
{
	char path[512];
	unsigned long long ns, sum = 0;
	struct dirent *entry;
	DIR *tasks;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%s/task", pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks))) {
		(void)snprintf(path, sizeof(path), "/proc/%s/task/%s/schedstat", pid, entry->d_name);
		file = fopen(path, "re");
		if (file && fscanf(file, "%llu", &ns) == 1)
			sum += ns;
		if (file)
			(void)fclose(file);
	}
	if (tasks)
		(void)closedir(tasks);
	return sum;
}

static pid_t start(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			(void)pause();
	}
	return pid;
}

static double percent(uint64_t ns, unsigned seconds)
{
	return (double)ns / seconds / 1e7;
}

/* A fixed poll of the same files, as a simple watcher would do it. */
static uint64_t poll_files(const pid_t *pids, unsigned n)
{
	struct timespec before, after;
	uint64_t end = now_ns() + SECONDS * UINT64_C(1000000000);

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	while (now_ns() < end) {
		for (unsigned i = 0; i < n; i++) {
			char path[32];
			struct stat status;

			(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pids[i]);
			(void)stat(path, &status);
		}
		(void)usleep(POLL_USEC);
	}
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	return (uint64_t)(after.tv_sec - before.tv_sec) * 1000000000 + (uint64_t)after.tv_nsec -
	       (uint64_t)before.tv_nsec;
}

static void far(const char *daemon, unsigned n)
{
	struct slicectl_watch *watch = open_watch();
	pid_t *pids = calloc(n, sizeof(*pids));
	uint64_t before = cpu_of(daemon), idle, watched, polled;

	(void)sleep(SECONDS);
	idle = cpu_of(daemon) - before;
	for (unsigned i = 0; pids && i < n; i++) {
		char subject[16];

		pids[i] = start();
		(void)snprintf(subject, sizeof(subject), "%d", (int)pids[i]);
		add(watch, subject, "nofile", "900", NULL);
	}
	(void)sleep(12); /* so that none has moved for long */
	before = cpu_of(daemon);
	(void)sleep(SECONDS);
	watched = cpu_of(daemon) - before;
	polled = poll_files(pids, n);
	(void)printf("%u watches far from their level: %.3f %% of a core, %.3f %% without them; a poll of the same files every 100 ms: %.3f %%; ratio %.2f\n",
		     n, percent(watched, SECONDS), percent(idle, SECONDS), percent(polled, SECONDS),
		     (double)watched / (double)polled);
	for (unsigned i = 0; pids && i < n; i++)
		(void)kill(pids[i], SIGKILL);
	free(pids);
	slicectl_watch_close(watch);
}

static int compare(const void *a, const void *b)
{
	uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;

	return (first > second) - (first < second);
}

static void print_times(const char *what, uint64_t *times, size_t n)
{
	qsort(times, n, sizeof(*times), compare);
	if (n > 0)
		(void)printf("%s: %zu, p50 %.1f ms, p99 %.1f ms, max %.1f ms\n", what, n,
			     (double)times[n / 2] / 1e6, (double)times[n * 99 / 100] / 1e6,
			     (double)times[n - 1] / 1e6);
}

/* Near the level; opens one descriptor a millisecond past it, stays there for 20 ms, and goes back. */
static void grow(volatile uint64_t *crossed_ns)
{
	int fds[LEVEL], n = 0, highest = 0;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)syscall(SYS_close_range, 3U, ~0U, 0U);
	while (highest < LEVEL - DISTANCE)
		highest = open("/dev/null", O_RDONLY | O_CLOEXEC);
	(void)usleep(500000);
	for (unsigned round = 0; round < ROUNDS; round++) {
		while (highest < LEVEL - 1) {
			if (highest == LEVEL - 2)
				crossed_ns[round] = now_ns();
			highest = fds[n++] = open("/dev/null", O_RDONLY | O_CLOEXEC);
			(void)usleep(1000);
		}
		(void)usleep(20000);
		while (n > 0)
			(void)close(fds[--n]);
		highest = LEVEL - DISTANCE;
		(void)usleep(50000);
	}
	for (;;)
		(void)pause();
}

/* Since the last crossing before the event; 0: there was none. */
static uint64_t lateness(uint64_t *crossed_ns, uint64_t now)
{
	for (unsigned round = ROUNDS; round > 0; round--) {
		if (crossed_ns[round - 1] > 0 && crossed_ns[round - 1] <= now)
			return now - crossed_ns[round - 1];
	}
	return 0;
}

static void near(void)
{
	struct slicectl_watch *watch = open_watch();
	uint64_t *crossed = mmap(NULL, sizeof(uint64_t) * GROWERS * ROUNDS, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t late[GROWERS * ROUNDS];
	unsigned n = 0;
	char level[16];
	pid_t pids[GROWERS];

	(void)snprintf(level, sizeof(level), "%d", (int)LEVEL);
	for (unsigned i = 0; i < GROWERS; i++) {
		char subject[16];

		pids[i] = fork();
		if (pids[i] == 0)
			grow(crossed + i * ROUNDS);
		(void)snprintf(subject, sizeof(subject), "%d", (int)pids[i]);
		add(watch, subject, "nofile", level, "up");
	}
	for (;;) {
		struct pollfd poller = { .fd = slicectl_watch_fd(watch), .events = POLLIN };
		struct slicectl_watch_event event;

		if (poll(&poller, 1, 3000) <= 0)
			break;
		while (slicectl_watch_read(watch, &event, sizeof(event), NULL) == 0) {
			uint64_t now = now_ns();

			for (unsigned i = 0; i < GROWERS; i++) {
				uint64_t since = lateness(crossed + i * ROUNDS, now);

				if (event.kind == SLICECTL_WATCH_CROSSED && event.pid == pids[i] &&
				    since > 0 && n < GROWERS * ROUNDS)
					late[n++] = since;
			}
		}
	}
	print_times("near the level, growth of 1 a ms, from the crossing to the event", late, n);
	(void)printf("crossings of 20 ms that were missed: %u of %u\n", GROWERS * ROUNDS - n,
		     GROWERS * ROUNDS);
	for (unsigned i = 0; i < GROWERS; i++)
		(void)kill(pids[i], SIGKILL);
	slicectl_watch_close(watch);
}

/* The user and system time of a child that opens files, which begins when the watch is there. */
static double open_once(bool watched)
{
	struct slicectl_watch *watch = watched ? open_watch() : NULL;
	char subject[16], byte = 0;
	struct rusage usage;
	int pipes[2];
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		fail("pipe", NULL);
	pid = fork();
	if (pid == 0) {
		if (read(pipes[0], &byte, 1) != 1)
			_exit(1);
		for (int i = 0; i < OPENS; i++)
			(void)open("/dev/null", O_RDONLY | O_CLOEXEC);
		_exit(0);
	}
	(void)snprintf(subject, sizeof(subject), "%d", (int)pid);
	if (watched)
		add(watch, subject, "nofile", "20", NULL);
	if (write(pipes[1], &byte, 1) != 1)
		fail("write", NULL);
	(void)wait4(pid, NULL, 0, &usage);
	(void)close(pipes[0]);
	(void)close(pipes[1]);
	slicectl_watch_close(watch);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static int compare_doubles(const void *a, const void *b)
{
	double first = *(const double *)a, second = *(const double *)b;

	return (first > second) - (first < second);
}

static void opens(void)
{
	double with[ROUNDS], without[ROUNDS];
	struct rlimit limit;

	(void)getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		fail("setrlimit", NULL);
	(void)open_once(false);
	for (unsigned i = 0; i < ROUNDS; i++) {
		with[i] = open_once(true);
		without[i] = open_once(false);
	}
	qsort(with, ROUNDS, sizeof(*with), compare_doubles);
	qsort(without, ROUNDS, sizeof(*without), compare_doubles);
	(void)printf("%d opens (limit %llu), watched, to the same unwatched: %.3f by median, %.3f by the least\n",
		     (int)OPENS, (unsigned long long)limit.rlim_max,
		     with[ROUNDS / 2] / without[ROUNDS / 2], with[0] / without[0]);
}

static void spin(pid_t *pids, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				;
		}
	}
}

static void end(const pid_t *pids, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		(void)kill(pids[i], SIGKILL);
		(void)waitpid(pids[i], NULL, 0);
	}
}

/* Spins in the cgroup until the watch has told.  When the kernel notifies is up to the kernel: without
 * CAP_SYS_RESOURCE at multiples of two seconds, for one trigger earlier than for another. */
/* The same trigger as that of slicectld, at the same file. */
static int open_trigger(const char *file)
{
	static const char trigger[] = "some 200000 2000000";
	int fd = open(file, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || write(fd, trigger, sizeof(trigger)) < 0)
		fail(file, NULL);
	return fd;
}

/* How long after the kernel's notification the event is here; 0: before we have seen that. */
static uint64_t await_pressure(struct slicectl_watch *watch, int trigger)
{
	struct pollfd pollers[] = { { .fd = trigger, .events = POLLPRI },
				    { .fd = slicectl_watch_fd(watch), .events = POLLIN } };
	struct slicectl_watch_event event;
	uint64_t told_ns = 0;

	for (;;) {
		if (poll(pollers, 2, 10000) <= 0)
			fail("no pressure within 10 s", NULL);
		if (pollers[0].revents & POLLPRI) {
			told_ns = now_ns();
			pollers[0].fd = -1;
		}
		if (pollers[1].revents &&
		    slicectl_watch_read(watch, &event, sizeof(event), NULL) == 0)
			return told_ns > 0 ? now_ns() - told_ns : 0;
	}
}

static size_t count_within(const uint64_t *times, size_t n, uint64_t most)
{
	size_t within = 0;

	for (size_t i = 0; i < n; i++)
		within += times[i] <= most;
	return within;
}

/* Our own wait for a processor must not count.  Now and then the two triggers begin their windows of two
 * seconds at other times, and one tells a window later. */
static void pressure(const char *subject, const char *file)
{
	const struct sched_param priority = { .sched_priority = 1 };
	struct slicectl_watch *watch = open_watch();
	uint64_t late[PRESSURES];

	add(watch, subject, "pressure.cpu", "10%", "up");
	for (unsigned i = 0; i < PRESSURES; i++) {
		int trigger = open_trigger(file);
		pid_t pids[6];

		(void)sleep(5);
		spin(pids, 6);
		(void)sched_setscheduler(0, SCHED_FIFO, &priority);
		late[i] = await_pressure(watch, trigger);
		(void)sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 });
		end(pids, 6);
		(void)close(trigger);
	}
	qsort(late, PRESSURES, sizeof(*late), compare);
	(void)printf("pressure, six loops on two processors, from the kernel's notification of a trigger like that of slicectld to the event: p50 %.1f ms, %zu of %d within 5 ms\n",
		     (double)late[PRESSURES / 2] / 1e6, count_within(late, PRESSURES, 5000000),
		     (int)PRESSURES);
	slicectl_watch_close(watch);
}

static uint64_t storm_once(const char *daemon, const char *nothing, bool watched)
{
	struct slicectl_watch *watches[CLIENTS] = { NULL };
	pid_t pids[LEVELS];
	uint64_t before, after;

	for (unsigned i = 0; i < LEVELS; i++)
		pids[i] = start();
	for (unsigned i = 0; watched && i < CLIENTS; i++) {
		watches[i] = open_watch();
		for (unsigned j = 0; j < LEVELS; j++) {
			char subject[16];

			(void)snprintf(subject, sizeof(subject), "%d", (int)pids[j]);
			add(watches[i], subject, "nofile", "900", NULL);
		}
	}
	(void)sleep(1);
	before = cpu_of(daemon);
	for (unsigned i = 0; i < EXECS; i++) {
		pid_t pid = vfork();

		if (pid == 0) {
			(void)execl(nothing, nothing, (char *)NULL);
			_exit(127);
		}
		(void)waitpid(pid, NULL, 0);
	}
	(void)usleep(200000);
	after = cpu_of(daemon);
	for (unsigned i = 0; i < CLIENTS; i++)
		slicectl_watch_close(watches[i]);
	end(pids, LEVELS);
	return after - before;
}

static void storm(const char *daemon, const char *nothing)
{
	uint64_t with = 0, without = 0;

	for (unsigned i = 0; i < 3; i++) {
		without += storm_once(daemon, nothing, false);
		with += storm_once(daemon, nothing, true);
	}
	(void)printf("%d execs with %d clients of %d watches each: CPU %.2f of that without\n",
		     (int)EXECS, (int)CLIENTS, (int)LEVELS, (double)with / (double)without);
}

int main(int argc, char **argv)
{
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 4 && strcmp(argv[1], "far") == 0)
		far(argv[2], (unsigned)atoi(argv[3]));
	else if (argc == 2 && strcmp(argv[1], "near") == 0)
		near();
	else if (argc == 2 && strcmp(argv[1], "open") == 0)
		opens();
	else if (argc == 4 && strcmp(argv[1], "pressure") == 0)
		pressure(argv[2], argv[3]);
	else if (argc == 4 && strcmp(argv[1], "storm") == 0)
		storm(argv[2], argv[3]);
	else
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
