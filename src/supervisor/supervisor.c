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
#include "supervisor/family.h"
#include "supervisor/release.h"
#include "supervisor/resync.h"

enum { EVENTS_PER_WAKEUP = 512 };

/* A fork tells the lineage; an older bearer of the pid whose end was missed goes
 * first. */
static void on_fork(struct supervisor *supervisor, const struct process_event *event)
{
	struct process *process = table_find(&supervisor->table, event->pid);

	if (process && !table_is_stale(process, event->timestamp_ns) &&
	    process->since_ns != event->timestamp_ns)
		release_process(supervisor, event->pid);
	process = table_add(&supervisor->table, event->pid, event->parent, event->timestamp_ns);
	if (process)
		family_follow(supervisor, process, event->timestamp_ns);
}

static void on_exit_event(struct supervisor *supervisor, const struct process_event *event)
{
	const struct process *process = table_find(&supervisor->table, event->pid);

	if (process && !table_is_stale(process, event->timestamp_ns))
		release_process(supervisor, event->pid);
}

static void on_event(struct supervisor *supervisor, const struct process_event *event)
{
	switch (event->kind) {
	case PROCESS_EVENT_FORK:
		on_fork(supervisor, event);
		break;
	case PROCESS_EVENT_EXEC:
		/* While forks are missing a family is not known whole: the look at
		 * every process, which is due, will consider this one too. */
		if (!supervisor->rescan_due)
			family_consider(supervisor, event->pid, event->timestamp_ns);
		break;
	case PROCESS_EVENT_EXIT:
		on_exit_event(supervisor, event);
		break;
	}
}

static int on_retry(sd_event_source *source, uint64_t usec, void *data);

/* A look that failed (no descriptors, no memory) is tried again: a supervisor
 * that is alive but blind would be worse than one that died. */
static void retry_later(struct supervisor *supervisor)
{
	uint64_t at = clock_deadline_usec(CLOCK_USEC_PER_SEC);

	if (!supervisor->retry_timer) {
		(void)sd_event_add_time(supervisor->loop, &supervisor->retry_timer,
					CLOCK_MONOTONIC, at, 0, on_retry, supervisor);
		return;
	}
	(void)sd_event_source_set_time(supervisor->retry_timer, at);
	(void)sd_event_source_set_enabled(supervisor->retry_timer, SD_EVENT_ONESHOT);
}

/* After an overrun the kernel queues nothing until we have read to empty; only
 * then is a look at /proc complete. */
static void resync_if_due(struct supervisor *supervisor)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (!supervisor->rescan_due)
		return;
	supervisor->counters.resyncs++;
	log_warning("the kernel lost process events (%llu times so far); looking at every process again",
		    (unsigned long long)supervisor->connector.overruns);
	if (resync(supervisor, &error) < 0) {
		log_error("cannot look at every process: %s; trying again in a second",
			  error.message);
		retry_later(supervisor);
		return;
	}
	supervisor->rescan_due = false;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *data)
{
	(void)source;
	(void)usec;
	resync_if_due(data);
	return 0;
}

static int on_connector(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct supervisor *supervisor = data;
	struct process_event event;

	(void)source;
	(void)fd;
	(void)revents;
	for (int i = 0; i < EVENTS_PER_WAKEUP; i++) {
		int r = connector_receive(&supervisor->connector, &event);

		if (r < 0) /* returned, it would only silence the source */
			return sd_event_exit(supervisor->loop, r);
		if (r == CONNECTOR_EVENT)
			on_event(supervisor, &event);
		if (r == CONNECTOR_OVERRUN)
			supervisor->rescan_due = true;
		if (r == CONNECTOR_DRAINED) {
			resync_if_due(supervisor);
			break;
		}
	}
	return 0;
}

static int on_terminate(sd_event_source *source, const struct signalfd_siginfo *info, void *data)
{
	struct supervisor *supervisor = data;

	(void)source;
	log_info("%s: stopping%s; %llu placed, %llu killed, %llu monitored, %llu failed; families stay as they are",
		 strsignal((int)info->ssi_signo),
		 supervisor->dry_run ? " a dry run, in which nothing was done" : "", (unsigned long long)supervisor->counters.placed,
		 (unsigned long long)supervisor->counters.killed,
		 (unsigned long long)supervisor->counters.monitored,
		 (unsigned long long)supervisor->counters.failed);
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
		return error_set(error, EBADMSG, "the configuration has %zu problems", problems.count);
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
						      supervisor->config->supervisor.base,
	};
	int r;

	r = slicectl_hierarchy_open(&hierarchy, &supervisor->hierarchy, error);
	if (r == 0)
		r = config_declare(supervisor->config, supervisor->hierarchy, error);
	if (r == 0)
		warn_incomplete(supervisor);
	return r;
}

static int open_proc(struct supervisor *supervisor, const char *path, struct slicectl_error *error)
{
	supervisor->proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (supervisor->proc_fd < 0)
		return error_set(error, errno, "cannot open %s: %s", path, strerror(errno));
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
	return lock_take(path, 0, &supervisor->lock_fd, error);
}

static int open_connector(struct supervisor *supervisor, struct slicectl_error *error)
{
	uint64_t size = supervisor->config->supervisor.receive_buffer;

	return connector_open(&supervisor->connector, size ? size : CONNECTOR_BUFFER_SIZE, error);
}

static int set_up(struct supervisor *supervisor, const struct supervisor_options *options,
		  struct slicectl_error *error)
{
	int r;

	r = load_config(supervisor, &options->source, error);
	if (r == 0)
		r = open_lock(supervisor, options->source.root, error);
	if (r == 0)
		r = open_proc(supervisor, options->proc_root, error);
	if (r == 0)
		r = open_hierarchy(supervisor, options, error);
	if (r == 0)
		r = audit_open(&supervisor->audit, supervisor->config->supervisor.audit_log, error);
	if (r == 0)
		r = open_loop(supervisor, error);
	if (r == 0)
		r = open_connector(supervisor, error);
	return r;
}

int supervisor_new(const struct supervisor_options *options, struct supervisor **ret_supervisor,
		   struct slicectl_error *error)
{
	_cleanup_supervisor_ struct supervisor *supervisor = calloc(1, sizeof(*supervisor));
	int r;

	if (!supervisor)
		return error_set(error, ENOMEM, "out of memory");
	supervisor->proc_fd = supervisor->lock_fd = supervisor->audit.fd = -1;
	supervisor->dry_run = options->dry_run;
	r = set_up(supervisor, options, error);
	if (r < 0)
		return r;
	protect_itself();
	*ret_supervisor = TAKE_PTR(supervisor);
	return 0;
}

struct supervisor *supervisor_free(struct supervisor *supervisor)
{
	if (!supervisor)
		return NULL;
	release_forget_all(supervisor);
	connector_close(&supervisor->connector);
	table_done(&supervisor->table);
	(void)sd_event_source_unref(supervisor->release_timer);
	(void)sd_event_source_unref(supervisor->retry_timer);
	(void)sd_event_unref(supervisor->loop);
	audit_close(&supervisor->audit);
	slicectl_hierarchy_free(supervisor->hierarchy);
	config_free(supervisor->config);
	cleanup_close(&supervisor->proc_fd);
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
	r = sd_event_add_io(supervisor->loop, NULL, connector_fd(&supervisor->connector), EPOLLIN,
			    on_connector, supervisor);
	if (r >= 0) {
		log_info("supervising %zu processes below %s; rules: %zu%s",
			 supervisor->table.count, slicectl_hierarchy_path(supervisor->hierarchy),
			 supervisor->config->rules.count,
			 supervisor->dry_run ? " (dry run)" : "");
		r = sd_event_loop(supervisor->loop);
	}
	if (r < 0)
		return error_set(error, -r, "the event loop failed: %s", strerror(-r));
	return 0;
}
