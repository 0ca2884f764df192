/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/poll.h"

#include <errno.h>

#include "base/log.h"
#include "process/reconcile.h"
#include "supervisor/events.h"

static void emit(const struct process_event *event, void *data)
{
	take_event(data, event);
}

int poll_open(struct supervisor *supervisor, struct slicectl_error *error)
{
	struct procfs_stat stat;

	/* Mounted with hidepid, /proc shows us only our own. */
	if (view_read_stat(&supervisor->view, 1, &stat) < 0)
		return error_set(error, EACCES,
				 "/proc does not show process 1: it is mounted with hidepid, or is not that of the host; give CAP_SYS_PTRACE, or mount it with gid=");
	return 0;
}

static int on_poll(sd_event_source *source, uint64_t usec, void *data)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct supervisor *supervisor = data;
	struct reconciled found;

	(void)usec;
	if (reconcile(&supervisor->table, &supervisor->view, emit, supervisor, &found, &error) < 0)
		log_error("cannot look at every process: %s; trying again", error.message);
	/* From the end of this look, so that a slow one leaves time for the rest. */
	(void)sd_event_source_set_time_relative(source,
						supervisor->config->supervisor.poll_interval);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int poll_start(struct supervisor *supervisor)
{
	return sd_event_add_time_relative(supervisor->loop, &supervisor->poll, CLOCK_MONOTONIC,
					  supervisor->config->supervisor.poll_interval, 1000,
					  on_poll, supervisor);
}
