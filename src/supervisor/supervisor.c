/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/text.h"
#include "supervisor/detect.h"
#include "supervisor/playback.h"
#include "supervisor/priority.h"
#include "supervisor/release.h"
#include "supervisor/resync.h"

static void say_sum(const struct supervisor *supervisor, const char *why)
{
	log_info(supervisor->dry_run ?
			 "%s: stopping a dry run, in which nothing was done; of families %llu would have been placed, %llu killed, %llu monitored, and %llu failed" :
			 "%s: stopping; %llu placed, %llu killed, %llu monitored, %llu failed; families stay as they are",
		 why,
		 (unsigned long long)supervisor->counters.placed,
		 (unsigned long long)supervisor->counters.killed,
		 (unsigned long long)supervisor->counters.monitored,
		 (unsigned long long)supervisor->counters.failed);
	log_debug("%llu events, %llu ended before they could be read, %llu forged, %llu malformed, %llu overruns, %llu new subscriptions, %llu processes without room",
		  (unsigned long long)supervisor->received,
		  (unsigned long long)supervisor->counters.unread,
		  (unsigned long long)supervisor->connector.forged,
		  (unsigned long long)supervisor->connector.datagram.malformed,
		  (unsigned long long)supervisor->connector.overruns,
		  (unsigned long long)supervisor->counters.relistens,
		  (unsigned long long)supervisor->table.rejected);
}

static int on_terminate(sd_event_source *source, const struct signalfd_siginfo *info, void *data)
{
	struct supervisor *supervisor = data;

	(void)source;
	say_sum(supervisor, strsignal((int)info->ssi_signo));
	return sd_event_exit(supervisor->loop, 0);
}

static int open_loop(struct supervisor *supervisor, struct slicectl_error *error)
{
	sigset_t signals;
	int r;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	r = sd_event_new(&supervisor->loop);
	if (r >= 0)
		r = sd_event_add_signal(supervisor->loop, NULL, SIGTERM, on_terminate, supervisor);
	if (r >= 0)
		r = sd_event_add_signal(supervisor->loop, NULL, SIGINT, on_terminate, supervisor);
	if (r < 0)
		return error_set(error, -r, "cannot set up the event loop: %s", strerror(-r));
	return 0;
}

static int load_config(struct supervisor *supervisor, const struct config_source *source,
		       struct slicectl_error *error)
{
	_cleanup_problems_ struct problem_list problems = { 0 };
	int r;

	r = config_load(source, &supervisor->config, &problems);
	for (size_t i = 0; i < problems.count; i++)
		log_error("%s", problems.lines[i]);
	if (r == -EBADMSG)
		return error_set(error, EBADMSG, "the configuration has %zu problem%s", problems.count,
				 problems.count == 1 ? "" : "s");
	return r < 0 ? error_set(error, -r, "cannot load the configuration: %s", strerror(-r)) : 0;
}

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

static int open_hierarchy(struct supervisor *supervisor, const struct supervisor_options *options,
			  struct slicectl_error *error)
{
	const struct slicectl_hierarchy_options hierarchy = {
		.cgroup_root = options->cgroup_root ? options->cgroup_root :
			       options->replay ? "/" : /* never touched; owners follow from names */
						 supervisor->config->supervisor.base,
		.any_filesystem = options->replay,
	};
	int r;

	r = slicectl_hierarchy_open(&hierarchy, &supervisor->hierarchy, error);
	return r == 0 ? config_declare(supervisor->config, supervisor->hierarchy, error) : r;
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
		return error_set(error, ETIMEDOUT, "another slicectld runs on this node: it holds %s",
				 TEXT_ESCAPE(path));
	return supervisor->lock_fd < 0 ? -error->code : 0;
}

static int set_up_hierarchy(struct supervisor *supervisor,
			    const struct supervisor_options *options,
			    struct slicectl_error *error)
{
	/* A replay is another story than that of the log. */
	const char *log = options->replay ? "-" : supervisor->config->supervisor.audit_log;
	int r;

	r = open_hierarchy(supervisor, options, error);
	if (r == 0)
		r = audit_open(&supervisor->audit, log, error);
	return r == 0 ? open_loop(supervisor, error) : r;
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
		r = set_up_hierarchy(supervisor, options, error);
	if (r == 0)
		warn_incomplete(supervisor);
	if (r == 0 && options->record)
		r = recording_create(options->record, &supervisor->view.recording, error);
	if (r == 0 && !options->oneshot)
		r = detect_open(supervisor, options->detector, error);
	if (r < 0)
		return r;
	(void)procfs_read_boot_id(supervisor->boot_id);
	if (!options->dry_run && !options->oneshot)
		protect_itself();
	priority_set(supervisor->config->supervisor.scheduler);
	return 0;
}

/* A replay needs nothing of the machine: no privileges, no cgroup2. */
static int set_up_replay(struct supervisor *supervisor, const struct supervisor_options *options,
			 struct slicectl_error *error)
{
	int r;

	r = replay_open(options->replay, &supervisor->view.replay, error);
	if (r == 0)
		r = set_up_hierarchy(supervisor, options, error);
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
	supervisor->view.proc_fd = supervisor->lock_fd = supervisor->audit.fd = -1;
	supervisor->dry_run = options->dry_run;
	supervisor->loss = LOSS_START;
	r = load_config(supervisor, &options->source, error);
	if (r < 0)
		return r;
	supervisor->table.capacity = supervisor->config->supervisor.max_processes;
	r = options->replay ? set_up_replay(supervisor, options, error) :
			      set_up_live(supervisor, options, error);
	if (r < 0)
		return r;
	*ret_supervisor = TAKE_PTR(supervisor);
	return 0;
}

struct supervisor *supervisor_free(struct supervisor *supervisor)
{
	if (!supervisor)
		return NULL;
	release_forget_all(supervisor);
	detect_stop(supervisor);
	table_done(&supervisor->table);
	sequence_done(&supervisor->sequence);
	if (recording_close(supervisor->view.recording) < 0 && !supervisor->recording_failed)
		log_error("the recording is not complete: its end could not be written");
	replay_close(supervisor->view.replay);
	(void)sd_event_source_unref(supervisor->release_timer);
	(void)sd_event_source_unref(supervisor->retry_timer);
	(void)sd_event_unref(supervisor->loop);
	audit_close(&supervisor->audit);
	slicectl_hierarchy_free(supervisor->hierarchy);
	config_free(supervisor->config);
	cleanup_close(&supervisor->view.proc_fd);
	cleanup_close(&supervisor->lock_fd);
	free(supervisor);
	return NULL;
}

int supervisor_run(struct supervisor *supervisor, struct slicectl_error *error)
{
	int r;

	/* Subscribed already, so nothing falls between the look and the events. */
	resync_scopes(supervisor);
	r = resync(supervisor, error);
	if (r < 0)
		return r;
	r = detect_start(supervisor);
	if (r >= 0) {
		log_info("supervising %zu processes below %s; rules: %zu; detector: %s%s",
			 supervisor->table.count, slicectl_hierarchy_path(supervisor->hierarchy),
			 supervisor->config->rules.count, supervisor->detector,
			 supervisor->dry_run ? " (dry run)" : "");
		r = sd_event_loop(supervisor->loop);
	}
	if (r < 0)
		return error_set(error, -r, "the event loop failed: %s", strerror(-r));
	return 0;
}

int supervisor_run_once(struct supervisor *supervisor, struct slicectl_error *error)
{
	int r;

	resync_scopes(supervisor);
	r = resync(supervisor, error);
	if (r < 0)
		return r;
	(void)release_now(supervisor);
	/* Also those that an earlier supervisor began. */
	return (int)supervisor->counters.matched;
}

int supervisor_run_replay(struct supervisor *supervisor, struct slicectl_error *error)
{
	int r;

	r = playback(supervisor, error);
	say_sum(supervisor, "the end of the recording");
	return r;
}
