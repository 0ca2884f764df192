/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family/occupants.h"

#include "base/identity.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/occupant.h"

struct adoption {
	struct node *node;
	struct family *family;
};

/* Skips a process that is exiting: it is still listed, but its exit event may have come already,
 * and it would stay a member for ever.  The exit event of any other process is still to come. */
static int adopt_process(pid_t pid, void *data)
{
	struct adoption *adoption = data;
	struct process *process;
	struct procfs_stat stat;

	if (view_read_stat(&adoption->node->view, pid, &stat) < 0 ||
	    (procfs_is_exiting(&stat) && stat.threads <= 1))
		return 0;
	process = table_add(&adoption->node->table, pid, 0, identity_began_ns(stat.start_ticks));
	if (!process)
		return 0;
	process->gathered = true;
	process_set_inside(process, true);
	members_join(&adoption->family->members, process);
	return 0;
}

static int adopt_cgroup(int dirfd, const char *path, void *data)
{
	(void)occupant_each(dirfd, adopt_process, data);
	return 0;
}

void occupants_join(struct node *node, struct family *family)
{
	struct adoption adoption = {
		.node = node,
		.family = family,
	};

	(void)hierarchy_walk(node->hierarchy, family_scope(family), adopt_cgroup, &adoption);
}
