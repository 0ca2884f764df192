/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/detect/listen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "process/canary.h"
#include "process/connector.h"
#include "supervisor/detect/burst.h"
#include "supervisor/detect/events.h"
#include "supervisor/detect/parts.h"
#include "supervisor/detect/record.h"
#include "supervisor/detect/renames.h"
#include "supervisor/detect/resync.h"
#include "supervisor/life/member.h"

enum {
	EVENTS_PER_WAKEUP = 4096, /* then other event sources are served */
	CATCH_UP_MAX = 16,        /* wake-ups for which a request may wait */
	TICK_USEC = 1000,
	/* This many ticks in a row with at most this many events end a burst. */
	QUIET_TICKS = 4,
	QUIET_IN_TICK = 1,
	/* Up to Linux 6.5 each listener that left takes one more subscription to make up for. */
	LISTEN_TRIES_MAX = 256,
};

struct listen {
	struct detect *detect;
	struct connector connector;
	sd_event_source *events, *tick, *canary, *retry;
	struct burst burst;
	unsigned quiet_ticks;
	pid_t canary_pid; /* in flight, or 0 */
	bool canary_reported;
	uint64_t canary_rtt_usec, canary_missed;
	uint64_t received_before; /* number of events when the canary was last due */
	uint64_t received_beat;   /* number of events when the watchdog was last fed */
	uint64_t relistens;
	struct renames *renames; /* NULL: no rule asks for names */
};

static void catch_up(void *data)
{
	listen_catch_up(data);
}

/* Names are followed while a rule asks for them. */
static void follow_names(struct listen *listen)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	bool wanted = rule_set_asks_names(&listen->detect->node->config->rules);

	if (!wanted)
		listen->renames = renames_free(listen->renames);
	else if (!listen->renames &&
		 renames_new(listen->detect, catch_up, listen, &listen->renames, &error) < 0)
		log_warning("changes of names cannot be followed: %s; rules by name miss programs that change theirs at once",
			    error.message);
}

/* After a reload a rule may match by user or group, or none may any longer. */
static void follow_rules(struct listen *listen)
{
	const struct rule_set *rules = &listen->detect->node->config->rules;
	int r = connector_report_ids(&listen->connector, rule_set_asks_ids(rules));

	if (r < 0)
		log_warning("cannot change which process events are reported: %s; rules by user, group or member decide only when a program is executed",
			    strerror(-r));
}

static int open_connector(struct listen *listen, struct slicectl_error *error)
{
	uint64_t size = listen->detect->node->config->supervisor.receive_buffer;
	int r = connector_open(&listen->connector, size ? size : CONNECTOR_BUFFER_SIZE, error);

	if (r == 0)
		follow_rules(listen);
	if (r == 0 && listen->detect->node->view.recording) {
		listen->connector.tap = record_datagram;
		listen->connector.tap_data = listen->detect;
	}
	return r;
}

int listen_new(struct detect *detect, struct listen **ret_listen, struct slicectl_error *error)
{
	_cleanup_free_ struct listen *listen = calloc(1, sizeof(*listen));
	int r;

	if (!listen)
		return error_set(error, ENOMEM, "out of memory");
	listen->detect = detect;
	r = open_connector(listen, error);
	if (r == 0)
		detect->connector = &listen->connector;
	if (r == 0)
		*ret_listen = TAKE_PTR(listen);
	return r;
}

static void take_event(struct listen *listen, const struct process_event *event)
{
	if (event->pid == listen->canary_pid)
		listen->canary_reported = true;
	events_take(listen->detect, event);
}

static void settle_unread(struct listen *listen)
{
	if (!unread_is_pending(families_unread(listen->detect->families)))
		return;
	record_drained(listen->detect);
	member_settle_unread(listen->detect->life);
}

static int on_retry(sd_event_source *source, uint64_t usec, void *data);

static void set_retry(struct listen *listen, uint64_t at_usec)
{
	if (at_usec == 0)
		return;
	if (!listen->retry)
		(void)sd_event_add_time(listen->detect->node->loop, &listen->retry, CLOCK_MONOTONIC,
					at_usec, 1, on_retry, listen);
	(void)sd_event_source_set_time(listen->retry, at_usec);
	(void)sd_event_source_set_enabled(listen->retry, SD_EVENT_ONESHOT);
}

/* Reads queued events, at most EVENTS_PER_WAKEUP.  Returns their number, or -errno. */
static int drain_events(struct listen *listen)
{
	struct process_event event;
	int n = 0;

	while (n < EVENTS_PER_WAKEUP) {
		int r = connector_receive(&listen->connector, &event);

		if (r < 0)
			return r;
		if (r == CONNECTOR_EVENT) {
			take_event(listen, &event);
			n++;
		} else if (r == CONNECTOR_OVERRUN) {
			record_loss(listen->detect, "overrun");
			loss_note(&listen->detect->node->loss, LOSS_OVERRUN);
		} else {
			settle_unread(listen);
			mover_rest(listen->detect->mover);
			set_retry(listen, resync_if_due(listen->detect));
			record_flush(listen->detect);
			break;
		}
	}
	return n;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *data)
{
	struct listen *listen = data;
	int n = drain_events(listen);

	return n < 0 ? sd_event_exit(listen->detect->node->loop, n) : 0;
}

void listen_catch_up(struct listen *listen)
{
	unsigned wakeups = 0;

	while (drain_events(listen) == EVENTS_PER_WAKEUP && ++wakeups < CATCH_UP_MAX)
		continue;
}

static int on_canary(sd_event_source *source, uint64_t usec, void *data);

static int start_canary(struct listen *listen)
{
	uint64_t interval = listen->detect->node->config->supervisor.canary_interval;

	if (interval == 0)
		return 0;
	return sd_event_add_time_relative(listen->detect->node->loop, &listen->canary,
					  CLOCK_MONOTONIC, interval, interval / 8 + 1, on_canary,
					  listen);
}

void listen_scan_soon(struct listen *listen)
{
	follow_rules(listen);
	follow_names(listen);
	set_retry(listen, 1);
	/* After a reload canary-interval may no longer be 0. */
	if (!listen->canary)
		(void)start_canary(listen);
}

static uint64_t loop_now_usec(struct listen *listen)
{
	uint64_t now = 0;

	(void)sd_event_now(listen->detect->node->loop, CLOCK_MONOTONIC, &now);
	return now;
}

static void set_tick(struct listen *listen, uint64_t at_usec)
{
	(void)sd_event_source_set_time(listen->tick, at_usec);
	(void)sd_event_source_set_enabled(listen->tick, SD_EVENT_ONESHOT);
}

static int on_events(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct listen *listen = data;
	int n = drain_events(listen);

	if (n < 0) /* returning it would only disable the source */
		return sd_event_exit(listen->detect->node->loop, n);
	if (burst_count(&listen->burst, (unsigned)n, loop_now_usec(listen))) {
		listen->quiet_ticks = 0;
		(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
		set_tick(listen, loop_now_usec(listen) + TICK_USEC);
	}
	return 0;
}

static int on_tick(sd_event_source *source, uint64_t usec, void *data)
{
	struct listen *listen = data;
	int n = drain_events(listen);

	if (n < 0)
		return sd_event_exit(listen->detect->node->loop, n);
	listen->quiet_ticks = n > QUIET_IN_TICK ? 0 : listen->quiet_ticks + 1;
	if (listen->quiet_ticks < QUIET_TICKS) {
		set_tick(listen, n < EVENTS_PER_WAKEUP ? clock_now_usec() + TICK_USEC : 0);
		return 0;
	}
	burst_end(&listen->burst);
	return sd_event_source_set_enabled(listen->events, SD_EVENT_ON);
}

/* Whether the kernel reports the events of a new child to us: 1, 0 or -errno. */
static int is_canary_reported(struct listen *listen)
{
	uint64_t flown = clock_now_usec();
	pid_t pid = canary_fly();
	int n;

	if (pid < 0)
		return pid;
	listen->canary_pid = pid;
	listen->canary_reported = false;
	do {
		n = drain_events(listen);
	} while (n == EVENTS_PER_WAKEUP);
	listen->canary_pid = 0;
	listen->canary_rtt_usec = clock_now_usec() - flown;
	listen->canary_missed += n >= 0 && !listen->canary_reported;
	return n < 0 ? n : listen->canary_reported;
}

/* Before Linux 6.6 a listener that leaves can end our subscription too.  Subscribes again until the
 * canary is reported. */
static int subscribe_again(struct listen *listen)
{
	int r = 0, tries = 0;

	record_loss(listen->detect, "deaf");
	loss_note(&listen->detect->node->loss, LOSS_DEAF);
	while (r == 0 && tries++ < LISTEN_TRIES_MAX) {
		listen->relistens++;
		r = connector_listen(&listen->connector);
		if (r == 0)
			r = is_canary_reported(listen);
	}
	log_warning("the kernel had stopped reporting process events because another listener left; %s after %d subscriptions",
		    r == 1 ? "it reports again" : "it still reports none", tries);
	return r;
}

static int on_canary(sd_event_source *source, uint64_t usec, void *data)
{
	struct listen *listen = data;
	int r = 1;

	/* Any other event proves the same as a canary. */
	if (listen->detect->counts.events == listen->received_before)
		r = is_canary_reported(listen);
	if (r == 0)
		r = subscribe_again(listen);
	if (r < 0)
		log_warning("cannot check whether process events still arrive: %s", strerror(-r));
	listen->received_before = listen->detect->counts.events;
	(void)sd_event_source_unref(source);
	listen->canary = NULL;
	return start_canary(listen);
}

bool listen_is_heard(struct listen *listen)
{
	bool heard = listen->detect->counts.events != listen->received_beat ||
		     is_canary_reported(listen) == 1;

	listen->received_beat = listen->detect->counts.events;
	return heard;
}

int listen_start(struct listen *listen)
{
	int r;

	r = sd_event_add_io(listen->detect->node->loop, &listen->events,
			    connector_fd(&listen->connector), EPOLLIN, on_events, listen);
	if (r >= 0)
		r = sd_event_add_time(listen->detect->node->loop, &listen->tick, CLOCK_MONOTONIC, 0,
				      1, on_tick, listen);
	if (r >= 0)
		r = sd_event_source_set_enabled(listen->tick, SD_EVENT_OFF);
	if (r >= 0)
		follow_names(listen);
	return r < 0 ? r : start_canary(listen);
}

struct listen *listen_free(struct listen *listen)
{
	if (!listen)
		return NULL;
	(void)sd_event_source_unref(listen->events);
	(void)sd_event_source_unref(listen->tick);
	(void)sd_event_source_unref(listen->canary);
	(void)sd_event_source_unref(listen->retry);
	(void)renames_free(listen->renames);
	connector_close(&listen->connector);
	free(listen);
	return NULL;
}

void listen_add_counts(const struct listen *listen, struct detect_counts *counts)
{
	const struct connector *connector = &listen->connector;

	counts->overruns += connector->overruns;
	counts->forged += connector->forged;
	counts->malformed += connector->datagram.malformed;
	counts->relistens += listen->relistens;
	counts->canary_missed += listen->canary_missed;
	counts->canary_rtt_usec = listen->canary_rtt_usec;
}
