/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/detect/poll.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "process/reconcile.h"
#include "supervisor/detect/events.h"
#include "supervisor/detect/parts.h"

struct poll {
	struct detect *detect;
	sd_event_source *timer;
	uint64_t scanned_usec; /* the end of the last scan */
};

int poll_new(struct detect *detect, struct poll **ret_poll, struct slicectl_error *error)
{
	struct poll *poll = calloc(1, sizeof(*poll));

	if (!poll)
		return error_set(error, ENOMEM, "out of memory");
	poll->detect = detect;
	*ret_poll = poll;
	return 0;
}

struct poll *poll_free(struct poll *poll)
{
	if (poll)
		(void)sd_event_source_unref(poll->timer);
	free(poll);
	return NULL;
}

static uint64_t poll_interval(const struct poll *poll)
{
	return poll->detect->node->config->supervisor.poll_interval;
}

int poll_scan(struct detect *detect, struct slicectl_error *error)
{
	struct node *node = detect->node;
	struct reconciled found;
	int r;

	node->loss.cause = LOSS_NONE; /* this scan makes up for any loss */
	r = reconcile(&node->table, &node->view, events_take_found, detect, &found, error);
	/* A change of the user or of a group leaves no trace that a scan compares. */
	if (r == 0)
		events_reconsider_all(detect);
	return r;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct poll *poll = data;

	if (poll_scan(poll->detect, &error) < 0)
		log_error("cannot scan the processes: %s; trying again", error.message);
	else
		poll->scanned_usec = clock_now_usec();
	/* Relative to the end of this scan, so that slow scans leave time for other work. */
	(void)sd_event_source_set_time_relative(source, poll_interval(poll));
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int poll_start(struct poll *poll)
{
	poll->scanned_usec = clock_now_usec();
	return sd_event_add_time_relative(poll->detect->node->loop, &poll->timer, CLOCK_MONOTONIC,
					  poll_interval(poll), 1000, on_timer, poll);
}

/* Allows for slow scans: four intervals and one second. */
bool poll_is_alive(const struct poll *poll)
{
	return clock_now_usec() < poll->scanned_usec + 4 * poll_interval(poll) + CLOCK_USEC_PER_SEC;
}
