/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * example BASE: a small allocator on libslicectl.
 *
 *   cc example.c $(pkg-config --cflags --libs libslicectl)
 *
 * Creates the slices that all systems of a node share below the cgroup BASE, runs a job
 * in a scope with a limit, reads what the job used, and destroys the scope.  Run it
 * beside another program that does the same: neither can change the other's slices.
 */

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <slicectl/slicectl.h>

#define JOB "workload.slice/example-job"

/* After ten seconds the destroy fails, and its error lists the survivors. */
#define END_USEC 10000000

static int build_slices(struct slicectl_hierarchy *hierarchy, struct slicectl_error *error)
{
	struct slicectl_plan *plan = NULL;
	int r;

	r = slicectl_hierarchy_declare_defaults(hierarchy, error);
	if (r == 0)
		r = slicectl_hierarchy_plan(hierarchy, &plan, error);
	if (r == 0) {
		printf("%zu changes to make\n", slicectl_plan_count(plan));
		r = slicectl_hierarchy_apply(hierarchy, plan, error);
	}
	slicectl_plan_free(plan);
	return r;
}

static int run_job(struct slicectl_hierarchy *hierarchy, struct slicectl_error *error)
{
	const char *const argv[] = { "sh", "-c", "sleep 0.1 & sleep 60 & exit 3", NULL };
	const struct slicectl_spawn job = { .file = "sh", .argv = argv };
	struct slicectl_metrics metrics;
	int r, pidfd, status;
	pid_t pid;

	r = slicectl_scope_spawn(hierarchy, SLICECTL_OWNER_WORKLOAD, JOB, &job, &pid, &pidfd, error);
	if (r < 0)
		return r;
	close(pidfd);
	waitpid(pid, &status, 0);
	r = slicectl_metrics_read(hierarchy, JOB ".scope", &metrics, error);
	if (r == 0)
		printf("the job ended with %d and left %llu processes behind\n",
		       WEXITSTATUS(status), (unsigned long long)metrics.nr_processes);
	return r;
}

int main(int argc, char **argv)
{
	const struct slicectl_hierarchy_options options = { .cgroup_root = argc > 1 ? argv[1] :
										      NULL };
	struct slicectl_hierarchy *hierarchy = NULL;
	struct slicectl_limits *limits = slicectl_limits_new();
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	int r, ended;

	r = slicectl_hierarchy_open(&options, &hierarchy, &error);
	if (r == 0)
		r = build_slices(hierarchy, &error);
	if (r == 0)
		r = slicectl_limits_set(limits, "cgroup.max.depth", "3", &error);
	if (r == 0)
		r = slicectl_scope_create(hierarchy, SLICECTL_OWNER_WORKLOAD, JOB, limits, &error);
	if (r == 0) {
		r = run_job(hierarchy, &error);
		ended = slicectl_scope_destroy(hierarchy, SLICECTL_OWNER_WORKLOAD, JOB, END_USEC, 0,
					       r < 0 ? NULL : &error);
		r = r < 0 ? r : ended;
	}
	if (r < 0)
		fprintf(stderr, "example: %s\n", error.message);
	slicectl_limits_free(limits);
	slicectl_hierarchy_free(hierarchy);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
