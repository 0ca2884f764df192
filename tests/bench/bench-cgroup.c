/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * bench-cgroup DIRECTORY: speed of the library beside the raw system calls, in one
 * process and one run, in blocks that alternate, so that a noisy machine falls on
 * both.  Ratios are medians of the blocks' ratios.  DIRECTORY is an empty cgroup;
 * everything is made and removed below it.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <slicectl/slicectl.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "cgroup/hierarchy.h"
#include "cgroup/interface.h"
#include "cgroup/limits.h"
#include "cgroup/populated.h"

enum { BLOCKS = 41, PER_BLOCK = 50, FAMILY = 1000, KILLS = 5 };

struct bench {
	struct slicectl_hierarchy *hierarchy;
	struct slicectl_limits *limits;
	int slice_fd;
};

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

static void check(int r, const struct slicectl_error *error)
{
	if (r >= 0)
		return;
	(void)fprintf(stderr, "bench-cgroup: %s\n", error ? error->message : strerror(-r));
	exit(EXIT_FAILURE);
}

/* Three limits of the controllers that are there; the core's own where none is. */
static struct slicectl_limits *choose_limits(int slice_fd)
{
	static const char *const choices[][2] = {
		{ "memory.max", "67108864" },
		{ "cpu.weight", "50" },
		{ "pids.max", "100" },
		{ "cgroup.max.depth", "5" },
		{ "cgroup.max.descendants", "5" },
	};
	struct slicectl_limits *limits = slicectl_limits_new();
	_cleanup_close_ int fd = -1;

	check(mkdirat(slice_fd, "sample", 0755) < 0 ? -1 : 0, NULL);
	fd = openat(slice_fd, "sample", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < ELEMENTS(choices) && slicectl_limits_count(limits) < 3; i++) {
		if (interface_exists(fd, choices[i][0]))
			check(slicectl_limits_set(limits, choices[i][0], choices[i][1], NULL), NULL);
	}
	(void)unlinkat(slice_fd, "sample", AT_REMOVEDIR);
	return limits;
}

static void raw_cycle(const struct bench *bench)
{
	char path[128];

	check(mkdirat(bench->slice_fd, "raw.scope", 0755) < 0 ? -1 : 0, NULL);
	for (size_t i = 0; i < bench->limits->count; i++) {
		const struct limit *limit = &bench->limits->list[i];
		int fd;

		(void)snprintf(path, sizeof(path), "raw.scope/%s", limit->file);
		fd = openat(bench->slice_fd, path, O_WRONLY | O_CLOEXEC);
		check(write(fd, limit->value, strlen(limit->value)) < 0 ? -1 : 0, NULL);
		(void)close(fd);
	}
	check(unlinkat(bench->slice_fd, "raw.scope", AT_REMOVEDIR) < 0 ? -1 : 0, NULL);
}

static void our_cycle(const struct bench *bench)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	check(slicectl_scope_create(bench->hierarchy, "bench", "bench.slice/ours", bench->limits,
				    &error),
	      &error);
	check(slicectl_scope_destroy(bench->hierarchy, "bench", "bench.slice/ours", 1000000, 0,
				     &error),
	      &error);
}

static double timed(const struct bench *bench, void (*cycle)(const struct bench *), int n)
{
	uint64_t begin = clock_now_ns(CLOCK_MONOTONIC);

	for (int i = 0; i < n; i++)
		cycle(bench);
	return (double)(clock_now_ns(CLOCK_MONOTONIC) - begin) / n / 1000;
}

static void bench_cycles(const struct bench *bench)
{
	double raw[BLOCKS], ours[BLOCKS], ratios[BLOCKS];

	for (int i = 0; i < BLOCKS; i++) {
		raw[i] = timed(bench, raw_cycle, PER_BLOCK);
		ours[i] = timed(bench, our_cycle, PER_BLOCK);
		ratios[i] = ours[i] / raw[i];
	}
	(void)printf("create with %zu limits and destroy, empty: raw %.1f us, ours %.1f us, ratio %.2f\n",
		     slicectl_limits_count(bench->limits), median(raw, BLOCKS),
		     median(ours, BLOCKS), median(ratios, BLOCKS));
}

/* A family of sleepers below a child that this process does not wait for one by
 * one; the pipe tells when all are there. */
static pid_t start_family(int scope_fd)
{
	int ready[2];
	pid_t pid;
	char byte;

	check(pipe2(ready, O_CLOEXEC), NULL);
	pid = fork();
	if (pid == 0) {
		check(interface_write(scope_fd, "cgroup.procs", "0"), NULL);
		for (int i = 1; i < FAMILY; i++) {
			if (fork() == 0) {
				(void)sleep(60);
				_exit(0);
			}
		}
		(void)!write(ready[1], "", 1);
		(void)sleep(60);
		_exit(0);
	}
	(void)close(ready[1]);
	check(read(ready[0], &byte, 1) == 1 ? 0 : -1, NULL);
	(void)close(ready[0]);
	(void)usleep(50000); /* notifications of the forks have passed */
	return pid;
}

static int open_scope(const struct bench *bench)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	check(slicectl_scope_create(bench->hierarchy, "bench", "bench.slice/family", NULL, &error),
	      &error);
	return openat(bench->slice_fd, "family.scope", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* cgroup.kill and a busy look at cgroup.events: nothing sees the end earlier. */
static double raw_kill(const struct bench *bench)
{
	_cleanup_close_ int fd = open_scope(bench);
	pid_t pid = start_family(fd);
	uint64_t begin = clock_now_ns(CLOCK_MONOTONIC);
	bool populated = true;

	check(interface_write(fd, "cgroup.kill", "1"), NULL);
	while (populated)
		check(populated_read(fd, &populated), NULL);
	begin = clock_now_ns(CLOCK_MONOTONIC) - begin;
	(void)waitpid(pid, NULL, 0);
	check(unlinkat(bench->slice_fd, "family.scope", AT_REMOVEDIR) < 0 ? -1 : 0, NULL);
	return (double)begin / 1e6;
}

static double our_kill(const struct bench *bench)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	_cleanup_close_ int fd = open_scope(bench);
	pid_t pid = start_family(fd);
	uint64_t begin = clock_now_ns(CLOCK_MONOTONIC);

	check(slicectl_scope_kill(bench->hierarchy, "bench", "bench.slice/family", 60000000, 0,
				  &error),
	      &error);
	begin = clock_now_ns(CLOCK_MONOTONIC) - begin;
	(void)waitpid(pid, NULL, 0);
	check(slicectl_scope_destroy(bench->hierarchy, "bench", "bench.slice/family", 1000000, 0,
				     &error),
	      &error);
	return (double)begin / 1e6;
}

static void bench_kills(const struct bench *bench)
{
	double raw[KILLS], ours[KILLS], ratios[KILLS];

	for (int i = 0; i < KILLS; i++) {
		raw[i] = raw_kill(bench);
		ours[i] = our_kill(bench);
		ratios[i] = ours[i] / raw[i];
	}
	(void)printf("kill a family of %d: raw %.1f ms, ours %.1f ms, ratio %.2f\n", (int)FAMILY,
		     median(raw, KILLS), median(ours, KILLS), median(ratios, KILLS));
}

/* Microseconds a scope for create, list and destroy of @n scopes. */
static double many(const struct bench *bench, int n)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	uint64_t begin = clock_now_ns(CLOCK_MONOTONIC);
	char path[64], **paths = NULL;

	for (int i = 0; i < n; i++) {
		(void)snprintf(path, sizeof(path), "bench.slice/many-%d", i);
		check(slicectl_scope_create(bench->hierarchy, "bench", path, NULL, &error), &error);
	}
	check(slicectl_scope_list(bench->hierarchy, "bench.slice", &paths, &error), &error);
	for (char **each = paths; *each; each++)
		check(slicectl_scope_destroy(bench->hierarchy, "bench", *each, 1000000, 0, &error),
		      &error);
	slicectl_scope_list_free(paths);
	return (double)(clock_now_ns(CLOCK_MONOTONIC) - begin) / n / 1000;
}

/* The same by mkdirat and unlinkat alone: what the kernel's own cost does. */
static double raw_many(const struct bench *bench, int n)
{
	uint64_t begin = clock_now_ns(CLOCK_MONOTONIC);
	char name[64];

	for (int i = 0; i < n; i++) {
		(void)snprintf(name, sizeof(name), "many-%d.scope", i);
		check(mkdirat(bench->slice_fd, name, 0755) < 0 ? -1 : 0, NULL);
	}
	for (int i = 0; i < n; i++) {
		(void)snprintf(name, sizeof(name), "many-%d.scope", i);
		check(unlinkat(bench->slice_fd, name, AT_REMOVEDIR) < 0 ? -1 : 0, NULL);
	}
	return (double)(clock_now_ns(CLOCK_MONOTONIC) - begin) / n / 1000;
}

static void print_many(const char *what, double few, double lots)
{
	(void)printf("%s, a scope: of 100 %.1f us, of 10000 %.1f us, ratio %.2f\n", what, few, lots,
		     lots / few);
}

/* Few scopes are made many times: the same time to measure, the same caches. */
static void bench_many(const struct bench *bench)
{
	enum { ROUNDS = 20 };
	double raw[ROUNDS], ours[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		raw[i] = raw_many(bench, 100);
		ours[i] = many(bench, 100);
	}
	print_many("raw mkdir and rmdir", median(raw, ROUNDS), raw_many(bench, 10000));
	print_many("create, list and destroy", median(ours, ROUNDS), many(bench, 10000));
}

int main(int argc, char **argv)
{
	static const struct slicectl_slice slice = { "bench.slice", "bench" };
	struct slicectl_hierarchy_options options = { .cgroup_root = argv[1] };
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct slicectl_plan *plan = NULL;
	struct bench bench = { .slice_fd = -1 };

	if (argc != 2)
		return EXIT_FAILURE;
	check(slicectl_hierarchy_open(&options, &bench.hierarchy, &error), &error);
	check(slicectl_hierarchy_declare(bench.hierarchy, &slice, NULL, &error), &error);
	check(slicectl_hierarchy_plan(bench.hierarchy, &plan, &error), &error);
	check(slicectl_hierarchy_apply(bench.hierarchy, plan, &error), &error);
	slicectl_plan_free(plan);
	bench.slice_fd = openat(bench.hierarchy->base_fd, "bench.slice",
				O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bench.limits = choose_limits(bench.slice_fd);
	bench_cycles(&bench);
	bench_kills(&bench);
	bench_many(&bench);
	(void)unlinkat(bench.hierarchy->base_fd, "bench.slice", AT_REMOVEDIR);
	slicectl_limits_free(bench.limits);
	slicectl_hierarchy_free(bench.hierarchy);
	return EXIT_SUCCESS;
}
