/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Loads for tests/bench/tune.
 *
 *   bench-tune serve WARM SECONDS WORK REST   a request loop: WORK us of processor time, REST us of sleep;
 *                                        prints "P50 P99 REQUESTS" (ms) of SECONDS after WARM
 *   bench-tune remember WARM SECONDS MIB REST the same, where a request reads pages all over a
 *                                        working set of MIB
 *   bench-tune burst SECONDS WORK N REST      N requests of WORK us at once, REST us of sleep, and so on; prints
 *                                        "P50 P99 REQUESTS" (ms)
 *   bench-tune hog                       runs until it is killed
 *   bench-tune grow MIB REST                  allocates and touches MIB, REST us after each, and ends;
 *                                        prints the seconds it took
 *   bench-tune wait MIB                  touches MIB, waits for SIGUSR1, reads all of it and prints the
 *                                        time that took, ms
 */

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { REQUESTS_MAX = 1000000, PAGE = 4096, MIB = 1024 * 1024, PAGES_OF_A_REQUEST = 1024 };

static double latencies[REQUESTS_MAX];

static double now(clockid_t clock)
{
	struct timespec time;

	(void)clock_gettime(clock, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* Does not repeat, so that a page compresses as little as real data. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static char *touch(size_t mib, unsigned rest_usec)
{
	uint64_t state = UINT64_C(0x9E3779B97F4A7C15);
	char *bytes = mmap(NULL, mib * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			   0);

	if (bytes == MAP_FAILED)
		exit(EXIT_FAILURE);
	for (size_t at = 0; at < mib * MIB; at += sizeof(uint64_t)) {
		/* The rest of each page is zero: it compresses to an eighth. */
		uint64_t word = at % PAGE < PAGE / 8 ? next_random(&state) : 0;

		(void)memcpy(bytes + at, &word, sizeof(word));
		if (at % MIB == 0 && rest_usec > 0)
			(void)usleep(rest_usec);
	}
	return bytes;
}

static void work(unsigned work_usec)
{
	double end = now(CLOCK_THREAD_CPUTIME_ID) + (double)work_usec / 1e3;

	while (now(CLOCK_THREAD_CPUTIME_ID) < end)
		continue;
}

static void read_pages(const char *bytes, size_t mib, uint64_t *state)
{
	for (unsigned i = 0; i < PAGES_OF_A_REQUEST; i++)
		(void)*(const volatile char *)(bytes + next_random(state) % (mib * MIB));
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int print_latencies(size_t n)
{
	if (n < 100)
		return EXIT_FAILURE;
	qsort(latencies, n, sizeof(*latencies), by_value);
	(void)printf("%.2f %.2f %zu\n", latencies[n / 2], latencies[n * 99 / 100], n);
	return EXIT_SUCCESS;
}

/* One of @work_usec and @mib is 0. */
static int serve(double warm, double seconds, unsigned work_usec, size_t mib, unsigned rest_usec)
{
	char *bytes = mib > 0 ? touch(mib, 0) : NULL;
	double begin = now(CLOCK_MONOTONIC) + warm * 1e3, end = begin + seconds * 1e3;
	uint64_t state = 1;
	size_t n = 0;

	for (double from = 0; from < end && n < REQUESTS_MAX;) {
		from = now(CLOCK_MONOTONIC);
		if (bytes)
			read_pages(bytes, mib, &state);
		else
			work(work_usec);
		if (from >= begin)
			latencies[n++] = now(CLOCK_MONOTONIC) - from;
		(void)usleep(rest_usec);
	}
	return print_latencies(n);
}

static int burst(double seconds, unsigned work_usec, unsigned requests, unsigned rest_usec)
{
	double end = now(CLOCK_MONOTONIC) + seconds * 1e3;
	size_t n = 0;

	while (now(CLOCK_MONOTONIC) < end && n + requests < REQUESTS_MAX) {
		for (unsigned i = 0; i < requests; i++) {
			double from = now(CLOCK_MONOTONIC);

			work(work_usec);
			latencies[n++] = now(CLOCK_MONOTONIC) - from;
		}
		(void)usleep(rest_usec);
	}
	return print_latencies(n);
}

static int grow(size_t mib, unsigned rest_usec)
{
	double begin = now(CLOCK_MONOTONIC);

	(void)touch(mib, rest_usec);
	(void)printf("%.1f\n", (now(CLOCK_MONOTONIC) - begin) / 1e3);
	return EXIT_SUCCESS;
}

static int wait_and_read(size_t mib)
{
	sigset_t set;
	char *bytes;
	double begin;
	int number;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	bytes = touch(mib, 0);
	(void)sigwait(&set, &number);
	begin = now(CLOCK_MONOTONIC);
	for (size_t at = 0; at < mib * MIB; at += PAGE)
		(void)*(const volatile char *)(bytes + at);
	(void)printf("%.2f\n", now(CLOCK_MONOTONIC) - begin);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "serve") == 0 && argc == 6)
		return serve(atof(argv[2]), atof(argv[3]), (unsigned)atoi(argv[4]), 0,
			     (unsigned)atoi(argv[5]));
	if (strcmp(what, "remember") == 0 && argc == 6)
		return serve(atof(argv[2]), atof(argv[3]), 0, (size_t)atoi(argv[4]),
			     (unsigned)atoi(argv[5]));
	if (strcmp(what, "burst") == 0 && argc == 6)
		return burst(atof(argv[2]), (unsigned)atoi(argv[3]), (unsigned)atoi(argv[4]),
			     (unsigned)atoi(argv[5]));
	if (strcmp(what, "grow") == 0 && argc == 4)
		return grow((size_t)atoi(argv[2]), (unsigned)atoi(argv[3]));
	if (strcmp(what, "wait") == 0 && argc == 3)
		return wait_and_read((size_t)atoi(argv[2]));
	while (strcmp(what, "hog") == 0)
		continue;
	(void)fprintf(stderr, "bench-tune: see the source\n");
	return EXIT_FAILURE;
}
