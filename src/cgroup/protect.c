/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/protect.h"

#include <errno.h>
#include <unistd.h>

#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/occupant.h"
#include "cgroup/refusal.h"

struct search {
	int proc_fd;
	pid_t spare_pid;
	pid_t found;
};

static int compare(pid_t pid, void *data)
{
	struct search *search = data;

	if (pid != 1 && pid != getpid() && (search->spare_pid <= 0 || pid != search->spare_pid))
		return 0;
	search->found = pid;
	return 1;
}

static int search_cgroup(int dirfd, const char *path, void *data)
{
	const struct search *search = data;
	int r = occupant_each_process(search->proc_fd, dirfd, compare, data);

	return r == -ENOENT ? 0 : r;
}

int protect_check(struct slicectl_hierarchy *hierarchy, const char *path, pid_t spare_pid,
		  struct slicectl_error *error)
{
	struct search search = { .proc_fd = hierarchy->proc_fd, .spare_pid = spare_pid };
	int r;

	r = directory_walk(hierarchy->base_fd, path, search_cgroup, &search);
	if (r < 0)
		return refusal_set(error, REFUSAL_READ, r, path, "cgroup.procs", NULL);
	if (r > 0)
		return error_set(error, EBUSY,
				 "%s holds %s (process %d), which must not be killed; move it out first",
				 path,
				 search.found == 1        ? "the init of the system" :
				 search.found == getpid() ? "this program itself" :
							    "the process that asks for it",
				 (int)search.found);
	return 0;
}
