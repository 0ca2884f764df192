/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/exits.h"

#include <errno.h>
#include <signal.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/interface.h"
#include "cgroup/mark.h"
#include "supervisor/home.h"
#include "supervisor/report.h"

/* How often processes of the scope were killed because its memory, or all of the
 * machine, had run out. */
static int read_oom_kills(const struct supervisor *supervisor, const struct supervised *family,
			  uint64_t *ret_kills)
{
	_cleanup_close_ int fd = -1;

	if (!family->home || supervisor->dry_run)
		return -ENODATA;
	fd = directory_open(supervisor->hierarchy->base_fd, supervised_scope(family));
	return fd < 0 ? fd : interface_read_key(fd, "memory.events", "oom_kill", ret_kills);
}

void exits_begin(struct supervisor *supervisor, struct supervised *family)
{
	(void)read_oom_kills(supervisor, family, &family->home->oom_kills);
}

/* One kill of the counter explains one end. */
static bool is_oom(const struct supervisor *supervisor, struct supervised *family)
{
	uint64_t kills;

	if (read_oom_kills(supervisor, family, &kills) < 0 || kills <= family->home->oom_kills)
		return false;
	family->home->oom_kills++;
	return true;
}

/* Whether the scope ends as a whole: slicectl was told to kill it, or it is gone
 * before we heard of the end of its last process. */
static const char *scope_cause(const struct supervisor *supervisor, const struct supervised *family)
{
	_cleanup_free_ char *state = NULL;
	int r;

	if (family->rule->action != RULE_PLACE || !family->home->exists || supervisor->dry_run)
		return NULL;
	r = mark_get(supervisor->hierarchy, supervised_scope(family), MARK_STATE, &state);
	if (r == 0)
		return "slicectl";
	return r == -ENOENT ? "scope" : NULL;
}

static const char *cause_of(const struct supervisor *supervisor, const struct process *process,
			    struct supervised *family, const struct ending *ending)
{
	if (!ending || ending->signal != SIGKILL)
		return NULL;
	if (process->killed)
		return "slicectl";
	return is_oom(supervisor, family) ? "oom" : scope_cause(supervisor, family);
}

static bool is_wanted(const struct supervisor *supervisor, const struct process *process)
{
	switch (supervisor->config->supervisor.exit_records) {
	case CONFIG_EXITS_FAMILY:
		return true;
	case CONFIG_EXITS_ROOT:
		return process->type == PROCESS_ROOT;
	default:
		return false;
	}
}

void exits_report(struct supervisor *supervisor, const struct process *process,
		  const struct process_event *event)
{
	struct supervised *family = supervised_of(process->family);
	char comm[PROCFS_COMM_SIZE] = "";
	struct ending ending = { 0 };
	bool is_known = (event && !event->found) || process->has_exit_code;
	const char *cause;

	if (!is_wanted(supervisor, process))
		return;
	if (is_known)
		ending = ending_decode(process->has_exit_code ? process->exit_code :
								event->exit_code);
	cause = cause_of(supervisor, process, family, is_known ? &ending : NULL);
	/* Until its parent has waited for it, it still has its name. */
	(void)view_read_comm(&supervisor->view, process->pid, comm);
	report_exit(supervisor, process, comm[0] ? comm : family->root.comm,
		    is_known ? &ending : NULL, cause);
}
