/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/detect/renames.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "process/connector.h"
#include "supervisor/detect/events.h"
#include "supervisor/detect/parts.h"
#include "supervisor/detect/record.h"

enum {
	BUFFER_SIZE = 1024 * 1024,
	TAKE_MAX = 512,       /* changes in one turn; more are a flood */
	SKIP_MAX = 64 * 1024, /* that are skipped at the end of a flood */
};

struct renames {
	struct detect *detect;
	struct connector connector;
	sd_event_source *source, *pause;
	void (*catch_up)(void *data);
	void *data;
};

/* Skips what is queued. */
static int skip(struct renames *renames)
{
	struct process_event ignored;
	int r = CONNECTOR_EVENT;

	renames->connector.tap = NULL;
	for (int i = 0; i < SKIP_MAX && (r == CONNECTOR_EVENT || r == CONNECTOR_OVERRUN); i++)
		r = connector_receive(&renames->connector, &ignored);
	if (renames->detect->node->view.recording)
		renames->connector.tap = record_datagram;
	return r < 0 ? r : 0;
}

static int on_pause_over(sd_event_source *source, uint64_t usec, void *data)
{
	struct renames *renames = data;
	int r = skip(renames);

	if (r == 0)
		r = sd_event_source_set_enabled(renames->source, SD_EVENT_ON);
	if (r < 0)
		log_warning("changes of names are not followed any more: %s", strerror(-r));
	return 0;
}

/* One second of silence makes a flood cheap. */
static int begin_pause(struct renames *renames)
{
	log_warning(
		"processes change their names too often; for a second, rules by name miss programs that change theirs at once");
	(void)sd_event_source_set_enabled(renames->source, SD_EVENT_OFF);
	(void)sd_event_source_set_time_relative(renames->pause, CLOCK_USEC_PER_SEC);
	return sd_event_source_set_enabled(renames->pause, SD_EVENT_ONESHOT);
}

static int on_names(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct renames *renames = data;
	struct process_event event;
	int r = CONNECTOR_EVENT;

	renames->catch_up(renames->data);
	for (int i = 0; i < TAKE_MAX && r == CONNECTOR_EVENT; i++) {
		r = connector_receive(&renames->connector, &event);
		if (r == CONNECTOR_EVENT)
			events_take(renames->detect, &event);
	}
	if (r < 0)
		log_warning("changes of names are not followed any more: %s", strerror(-r));
	if (r < 0)
		return sd_event_source_set_enabled(source, SD_EVENT_OFF);
	return r == CONNECTOR_DRAINED ? 0 : begin_pause(renames);
}

static int add_sources(struct renames *renames)
{
	sd_event *loop = renames->detect->node->loop;
	int r = sd_event_add_io(loop, &renames->source, connector_fd(&renames->connector), EPOLLIN,
				on_names, renames);

	if (r >= 0)
		r = sd_event_add_time(loop, &renames->pause, CLOCK_MONOTONIC, 0, 1000,
				      on_pause_over, renames);
	return r < 0 ? r : sd_event_source_set_enabled(renames->pause, SD_EVENT_OFF);
}

int renames_new(struct detect *detect, void (*catch_up)(void *data), void *data,
		struct renames **ret_renames, struct slicectl_error *error)
{
	struct renames *renames = calloc(1, sizeof(*renames));
	int r;

	if (!renames)
		return error_set(error, ENOMEM, "out of memory");
	renames->detect = detect;
	renames->catch_up = catch_up;
	renames->data = data;
	r = connector_open_names(&renames->connector, BUFFER_SIZE, error);
	if (r == 0) {
		r = add_sources(renames);
		if (r < 0)
			(void)error_set(error, -r, "cannot watch a socket: %s", strerror(-r));
	}
	if (r < 0) {
		(void)renames_free(renames);
		return r;
	}
	if (detect->node->view.recording) {
		renames->connector.tap = record_datagram;
		renames->connector.tap_data = detect;
	}
	*ret_renames = renames;
	return 0;
}

struct renames *renames_free(struct renames *renames)
{
	if (!renames)
		return NULL;
	(void)sd_event_source_unref(renames->source);
	(void)sd_event_source_unref(renames->pause);
	connector_close(&renames->connector);
	free(renames);
	return NULL;
}
