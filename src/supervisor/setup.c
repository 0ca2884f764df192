/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A supervisor from its options: what it needs of the machine, in the order in which
 * one thing needs the other. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/text.h"
#include "supervisor/capability.h"
#include "supervisor/detect.h"
#include "supervisor/guard.h"
#include "supervisor/journal.h"
#include "supervisor/load.h"
#include "supervisor/loop.h"
#include "supervisor/mover.h"
#include "supervisor/priority.h"
#include "supervisor/release.h"
#include "supervisor/zombie.h"

/* A supervisor works on what slicectl init has made. */
static void warn_incomplete(struct supervisor *supervisor)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct slicectl_plan *plan = NULL;

	if (slicectl_hierarchy_plan(supervisor->hierarchy, &plan, &error) < 0)
		log_warning("cannot check the hierarchy: %s", error.message);
	else if (slicectl_plan_count(plan) > 0)
		log_warning("the hierarchy at %s differs from the configuration in %zu points; run slicectl init",
			    slicectl_hierarchy_path(supervisor->hierarchy),
			    slicectl_plan_count(plan));
	slicectl_plan_free(plan);
}

static int open_proc(struct supervisor *supervisor, const char *path, struct slicectl_error *error)
{
	struct procfs_stat init;

	supervisor->view.proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (supervisor->view.proc_fd < 0)
		return error_set(error, errno, "cannot open %s: %s", path, strerror(errno));
	/* Mounted with hidepid, proc shows us only our own processes. */
	if (procfs_read_stat(supervisor->view.proc_fd, 1, &init) < 0)
		return error_set(error, EACCES,
				 "%s does not show process 1: it is no mount of proc, or one with hidepid; then give CAP_SYS_PTRACE, or mount it with gid=",
				 TEXT_ESCAPE(path));
	return 0;
}

/* The last process to be sacrificed is the one that could free memory (RI4). */
static void protect_itself(void)
{
	int r = fd_write_file(AT_FDCWD, "/proc/self/oom_score_adj", "-1000");

	if (r < 0)
		log_info("cannot set oom_score_adj to -1000: %s; give CAP_SYS_RESOURCE, or let the service manager set it",
			 strerror(-r));
}

static int open_lock(struct supervisor *supervisor, const char *root, struct slicectl_error *error)
{
	_cleanup_free_ char *path = text_format("%s/run/slicectl/slicectld.lock", root);

	if (!path)
		return error_set(error, ENOMEM, "out of memory");
	if (lock_take(path, 0, &supervisor->lock_fd, error) == -ETIMEDOUT)
		return error_set(error, ETIMEDOUT,
				 "another slicectld runs on this node: it holds %s",
				 TEXT_ESCAPE(path));
	return supervisor->lock_fd < 0 ? -error->code : 0;
}

static int open_loop_and_log(struct supervisor *supervisor,
			     const struct supervisor_options *options, struct slicectl_error *error)
{
	/* A replay is another story than that of the log. */
	const char *log = options->replay ? "-" : supervisor->config->supervisor.audit_log;
	int r;

	r = load_hierarchy(options, supervisor->config, &supervisor->hierarchy, error);
	if (r == 0)
		r = audit_open(&supervisor->audit, log, error);
	if (r == 0)
		r = loop_open(supervisor, error);
	if (r == 0 && (release_open(supervisor) < 0 || zombie_open(supervisor) < 0))
		r = error_set(error, ENOMEM, "out of memory");
	return r;
}

/* What is needed of the machine. */
static int set_up_live(struct supervisor *supervisor, const struct supervisor_options *options,
		       struct slicectl_error *error)
{
	int r;

	r = open_lock(supervisor, options->source.root, error);
	if (r == 0)
		r = open_proc(supervisor, options->proc_root, error);
	if (r == 0)
		r = open_loop_and_log(supervisor, options, error);
	if (r == 0)
		warn_incomplete(supervisor);
	if (r == 0)
		r = mover_open(supervisor, error);
	if (r == 0)
		r = journal_open(supervisor, error);
	if (r == 0 && options->record)
		r = recording_create(options->record, &supervisor->view.recording, error);
	if (r == 0 && !options->oneshot)
		r = detect_open(supervisor, options->detector, error);
	if (r < 0)
		return r;
	(void)procfs_read_boot_id(supervisor->boot_id);
	if (!options->dry_run && !options->oneshot)
		protect_itself();
	priority_set(0, supervisor->config->supervisor.scheduler);
	if (!options->oneshot)
		r = guard_apply(supervisor, error);
	if (r < 0)
		return r;
	capability_reduce(supervisor); /* no thread has been started */
	return 0;
}

/* A replay needs nothing of the machine: no privileges, no cgroup2. */
static int set_up_replay(struct supervisor *supervisor, const struct supervisor_options *options,
			 struct slicectl_error *error)
{
	int r;

	r = replay_open(options->replay, &supervisor->view.replay, error);
	if (r == 0)
		r = open_loop_and_log(supervisor, options, error);
	if (r == 0)
		memcpy(supervisor->boot_id, replay_start(supervisor->view.replay)->boot_id,
		       sizeof(supervisor->boot_id));
	return r;
}

int supervisor_new(const struct supervisor_options *options, struct supervisor **ret_supervisor,
		   struct slicectl_error *error)
{
	_cleanup_supervisor_ struct supervisor *supervisor = calloc(1, sizeof(*supervisor));
	int r;

	if (!supervisor)
		return error_set(error, ENOMEM, "out of memory");
	supervisor->guard.fd = -1;
	supervisor->view.proc_fd = supervisor->lock_fd = supervisor->audit.fd = -1;
	supervisor->mover.warm_fd = -1;
	supervisor->options = *options;
	supervisor->dry_run = options->dry_run;
	supervisor->loss = LOSS_START;
	r = load_config(options, &supervisor->config, error);
	if (r < 0)
		return r;
	supervisor->loaded_ns = clock_now_ns(CLOCK_REALTIME);
	supervisor->table.capacity = supervisor->config->supervisor.max_processes;
	r = options->replay ? set_up_replay(supervisor, options, error) :
			      set_up_live(supervisor, options, error);
	if (r < 0)
		return r;
	*ret_supervisor = TAKE_PTR(supervisor);
	return 0;
}
