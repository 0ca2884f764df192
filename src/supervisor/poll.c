/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/poll.h"

#include "base/clock.h"
#include "base/log.h"
#include "process/reconcile.h"
#include "supervisor/events.h"

int poll_look(struct supervisor *supervisor, struct slicectl_error *error)
{
	struct reconciled found;

	supervisor->loss = LOSS_NONE; /* whatever it was, this look makes it good */
	return reconcile(&supervisor->table, &supervisor->view, take_found, supervisor, &found,
			 error);
}

static int on_poll(sd_event_source *source, uint64_t usec, void *data)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct supervisor *supervisor = data;

	if (poll_look(supervisor, &error) < 0)
		log_error("cannot look at every process: %s; trying again", error.message);
	else
		supervisor->polled_usec = clock_now_usec();
	/* From the end of this look, so that a slow one leaves time for the rest. */
	(void)sd_event_source_set_time_relative(source,
						supervisor->config->supervisor.poll_interval);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int poll_start(struct supervisor *supervisor)
{
	supervisor->polled_usec = clock_now_usec();
	return sd_event_add_time_relative(supervisor->loop, &supervisor->poll, CLOCK_MONOTONIC,
					  supervisor->config->supervisor.poll_interval, 1000,
					  on_poll, supervisor);
}
