/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/exits.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/mark.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/report/parts.h"

/* Reads how many processes of the scope the kernel has killed because the scope or the whole
 * machine was out of memory. */
static int read_oom_kills(const struct report *report, const struct family *family,
			  uint64_t *ret_kills)
{
	if (!family->scope || report->node->dry_run)
		return -ENODATA;
	return hierarchy_read_key(report->node->hierarchy, family_scope(family), "memory.events",
				  "oom_kill", ret_kills);
}

void exits_begin(struct report *report, struct family *family)
{
	(void)read_oom_kills(report, family, &family->scope->oom_kills);
}

/* Each increment of the counter explains one exit. */
static bool is_oom(const struct report *report, struct family *family)
{
	uint64_t kills;

	if (read_oom_kills(report, family, &kills) < 0 || kills <= family->scope->oom_kills)
		return false;
	family->scope->oom_kills++;
	return true;
}

/* The cause, if the whole scope ended: slicectl was asked to kill it, or it was removed before the
 * exit event of its last process was read. */
static const char *scope_cause(const struct report *report, const struct family *family)
{
	_cleanup_free_ char *state = NULL;
	int r;

	if (family->rule->action != RULE_PLACE || !family->scope->exists || report->node->dry_run)
		return NULL;
	r = mark_get(report->node->hierarchy, family_scope(family), MARK_STATE, &state);
	if (r == 0)
		return "slicectl";
	return r == -ENOENT ? "scope" : NULL;
}

static const char *cause_of(const struct report *report, const struct process *process,
			    struct family *family, const struct ending *ending)
{
	if (!ending || ending->signal == 0)
		return NULL;
	if (process->killed && (ending->signal == SIGKILL || ending->signal == family->signal))
		return "slicectl";
	if (ending->signal != SIGKILL)
		return NULL;
	return is_oom(report, family) ? "oom" : scope_cause(report, family);
}

static bool is_wanted(const struct report *report, const struct process *process)
{
	switch (report->node->config->supervisor.exit_records) {
	case CONFIG_EXITS_FAMILY:
		return true;
	case CONFIG_EXITS_ROOT:
		return process->type == PROCESS_ROOT;
	default:
		return false;
	}
}

/* The scope that the process was in; of a process that was never moved into it, none. */
static const char *scope_of(const struct report *report, const struct family *family,
			    const struct process *process)
{
	bool was_inside = process->inside || family->rule->action != RULE_PLACE;

	if (report->node->dry_run)
		return family_scope(family);
	return was_inside && family->scope && family->scope->exists ? family_scope(family) : NULL;
}

static void record_exit(struct report *report, const struct process *process, const char *comm,
			const struct ending *ending, const char *cause)
{
	const struct family *family = family_of(process->members);
	const struct record_exit ended = {
		.class = ending ? ending_name(ending->class) : NULL,
		.status = ending ? ending->status : 0,
		.signal = ending ? ending->signal : 0,
		.core = ending && ending->core,
		.cause = cause,
	};
	const struct record record = {
		.time_ns = view_realtime_ns(&report->node->view),
		.action = "exit",
		.actor = "kernel",
		.rule = family->rule->name,
		.family = family->members.root_pid,
		.type = process_type_name(process->type),
		.scope = scope_of(report, family, process),
		.pid = process->pid,
		.comm = comm,
		.boot_id = report->node->boot_id,
		.exit = &ended,
		.dry_run = report->node->dry_run,
	};

	(void)report_write(report, &record, AUDIT_LATER);
	if (cause || (ending && ending_is_crash(ending)))
		journal_log(report->journal, &record);
}

void exits_report(struct report *report, const struct process *process,
		  const struct process_event *event)
{
	struct family *family = family_of(process->members);
	char comm[PROCFS_COMM_SIZE] = "";
	struct ending ending = { 0 };
	bool is_known = (event && !event->found) || process->has_exit_code;
	const char *cause;

	if (!is_wanted(report, process))
		return;
	if (is_known)
		ending = ending_decode(process->has_exit_code ? process->exit_code :
								event->exit_code);
	cause = cause_of(report, process, family, is_known ? &ending : NULL);
	/* The name can be read until the parent has reaped the process. */
	(void)view_read_comm(&report->node->view, process->pid, comm);
	if (!comm[0] && process->type == PROCESS_ROOT)
		memcpy(comm, family->root.comm, sizeof(comm));
	record_exit(report, process, comm[0] ? comm : NULL, is_known ? &ending : NULL, cause);
}
