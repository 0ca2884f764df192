/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/listen.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "process/canary.h"
#include "supervisor/events.h"
#include "supervisor/family.h"
#include "supervisor/loss.h"
#include "supervisor/mover.h"
#include "supervisor/resync.h"
#include "supervisor/unread.h"

enum {
	EVENTS_PER_WAKEUP = 4096, /* then the other sources get their turn */
	/* From about 5,000 events a second on they are taken on a tick; the few programs of
	 * a script are no such load, and are reacted to at once. */
	WINDOW_USEC = 20000,
	BUSY_IN_WINDOW = 100,
	TICK_USEC = 1000,
	QUIET_IN_TICK = 1, /* events, or less, and */
	QUIET_TICKS = 4,   /* so many such ticks end it */
	/* Up to Linux 6.5 each listener that left costs one subscription. */
	LISTEN_TRIES_MAX = 256,
};

static void on_recorded(const void *bytes, size_t size, void *data)
{
	struct supervisor *supervisor = data;

	recording_add(supervisor->view.recording, &(struct recorded){
							  .kind = RECORDED_DATAGRAM,
							  .time_ns = clock_now_ns(CLOCK_MONOTONIC),
							  .bytes = (char *)bytes,
							  .size = size,
						  });
}

static void record_loss(struct supervisor *supervisor, const char *cause)
{
	struct recorded lost = { .kind = RECORDED_LOST, .time_ns = clock_now_ns(CLOCK_MONOTONIC) };

	if (!supervisor->view.recording)
		return;
	(void)snprintf(lost.name, sizeof(lost.name), "%s", cause);
	recording_add(supervisor->view.recording, &lost);
}

int listen_open(struct supervisor *supervisor, struct slicectl_error *error)
{
	uint64_t size = supervisor->config->supervisor.receive_buffer;
	int r;

	r = connector_open(&supervisor->connector, size ? size : CONNECTOR_BUFFER_SIZE, error);
	if (r == 0 && supervisor->view.recording) {
		supervisor->connector.tap = on_recorded;
		supervisor->connector.tap_data = supervisor;
	}
	return r;
}

static void hear(struct supervisor *supervisor, const struct process_event *event)
{
	if (event->pid == supervisor->canary_pid)
		supervisor->canary_heard = true;
	take_event(supervisor, event);
}

/* What was recorded is in the file before we rest; a failure is told once. */
static void keep_recording(struct supervisor *supervisor)
{
	int r = supervisor->view.recording ? recording_flush(supervisor->view.recording) : 0;

	if (r == 0 || supervisor->recording_failed)
		return;
	supervisor->recording_failed = true;
	log_error("the recording ends here, because it cannot be written: %s", strerror(-r));
}

static void settle_unread(struct supervisor *supervisor)
{
	if (!unread_is_pending(supervisor))
		return;
	if (supervisor->view.recording)
		recording_add(supervisor->view.recording,
			      &(struct recorded){ .kind = RECORDED_DRAINED,
						  .time_ns = clock_now_ns(CLOCK_MONOTONIC) });
	family_settle_unread(supervisor);
}

static int on_retry(sd_event_source *source, uint64_t usec, void *data);

static void set_retry(struct supervisor *supervisor, uint64_t at_usec)
{
	if (at_usec == 0)
		return;
	if (!supervisor->retry_timer)
		(void)sd_event_add_time(supervisor->loop, &supervisor->retry_timer, CLOCK_MONOTONIC,
					at_usec, 1, on_retry, supervisor);
	(void)sd_event_source_set_time(supervisor->retry_timer, at_usec);
	(void)sd_event_source_set_enabled(supervisor->retry_timer, SD_EVENT_ONESHOT);
}

/* What is queued, up to the budget: how many events, or -errno. */
static int drain(struct supervisor *supervisor)
{
	struct process_event event;
	int n = 0;

	while (n < EVENTS_PER_WAKEUP) {
		int r = connector_receive(&supervisor->connector, &event);

		if (r < 0)
			return r;
		if (r == CONNECTOR_EVENT) {
			hear(supervisor, &event);
			n++;
		} else if (r == CONNECTOR_OVERRUN) {
			record_loss(supervisor, "overrun");
			loss_note(supervisor, LOSS_OVERRUN);
		} else {
			settle_unread(supervisor);
			mover_rest(supervisor);
			set_retry(supervisor, resync_if_due(supervisor));
			keep_recording(supervisor);
			break;
		}
	}
	return n;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *data)
{
	struct supervisor *supervisor = data;
	int n = drain(supervisor);

	return n < 0 ? sd_event_exit(supervisor->loop, n) : 0;
}

static int on_canary(sd_event_source *source, uint64_t usec, void *data);

static int start_canary(struct supervisor *supervisor)
{
	uint64_t interval = supervisor->config->supervisor.canary_interval;

	if (interval == 0)
		return 0;
	return sd_event_add_time_relative(supervisor->loop, &supervisor->canary, CLOCK_MONOTONIC,
					  interval, interval / 8 + 1, on_canary, supervisor);
}

void listen_look_soon(struct supervisor *supervisor)
{
	if (!supervisor->connector.socket)
		return;
	set_retry(supervisor, 1);
	/* An interval of 0 may have become another. */
	if (!supervisor->canary)
		(void)start_canary(supervisor);
}

static uint64_t loop_now_usec(struct supervisor *supervisor)
{
	uint64_t now = 0;

	(void)sd_event_now(supervisor->loop, CLOCK_MONOTONIC, &now);
	return now;
}

static void set_tick(struct supervisor *supervisor, uint64_t at_usec)
{
	(void)sd_event_source_set_time(supervisor->tick, at_usec);
	(void)sd_event_source_set_enabled(supervisor->tick, SD_EVENT_ONESHOT);
}

/* Whether events come so fast that waking for each is a waste. */
static bool is_busy(struct supervisor *supervisor, unsigned n)
{
	uint64_t now = loop_now_usec(supervisor);

	if (now - supervisor->window_usec > WINDOW_USEC) {
		supervisor->window_usec = now;
		supervisor->in_window = 0;
	}
	supervisor->in_window += n;
	return supervisor->in_window >= BUSY_IN_WINDOW;
}

static int on_events(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct supervisor *supervisor = data;
	int n = drain(supervisor);

	if (n < 0) /* returned, it would only silence the source */
		return sd_event_exit(supervisor->loop, n);
	if (is_busy(supervisor, (unsigned)n)) {
		supervisor->quiet_ticks = 0;
		(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
		set_tick(supervisor, loop_now_usec(supervisor) + TICK_USEC);
	}
	return 0;
}

static int on_tick(sd_event_source *source, uint64_t usec, void *data)
{
	struct supervisor *supervisor = data;
	int n = drain(supervisor);

	if (n < 0)
		return sd_event_exit(supervisor->loop, n);
	supervisor->quiet_ticks = n > QUIET_IN_TICK ? 0 : supervisor->quiet_ticks + 1;
	if (supervisor->quiet_ticks < QUIET_TICKS) {
		set_tick(supervisor, n < EVENTS_PER_WAKEUP ? clock_now_usec() + TICK_USEC : 0);
		return 0;
	}
	supervisor->in_window = 0;
	return sd_event_source_set_enabled(supervisor->events, SD_EVENT_ON);
}

/* Whether the kernel tells us of a child that comes and goes: 1, 0 or -errno. */
static int hears_canary(struct supervisor *supervisor)
{
	uint64_t flown = clock_now_usec();
	pid_t pid = canary_fly();
	int n;

	if (pid < 0)
		return pid;
	supervisor->canary_pid = pid;
	supervisor->canary_heard = false;
	do {
		n = drain(supervisor);
	} while (n == EVENTS_PER_WAKEUP);
	supervisor->canary_pid = 0;
	supervisor->canary_rtt_usec = clock_now_usec() - flown;
	supervisor->counters.canary_missed += n >= 0 && !supervisor->canary_heard;
	return n < 0 ? n : supervisor->canary_heard;
}

/* Another listener that left has taken our subscription with it (Linux before
 * 6.6): subscribes until the canary is heard. */
static int listen_until_heard(struct supervisor *supervisor)
{
	int r = 0, tries = 0;

	record_loss(supervisor, "deaf");
	loss_note(supervisor, LOSS_DEAF);
	while (r == 0 && tries++ < LISTEN_TRIES_MAX) {
		supervisor->counters.relistens++;
		r = connector_listen(&supervisor->connector);
		if (r == 0)
			r = hears_canary(supervisor);
	}
	log_warning("the kernel had stopped to report process events (another listener left); %s after %d subscriptions",
		    r == 1 ? "it reports again" : "it is still silent", tries);
	return r;
}

static int on_canary(sd_event_source *source, uint64_t usec, void *data)
{
	struct supervisor *supervisor = data;
	int r = 1;

	/* Any event proves as much as the canary would. */
	if (supervisor->received == supervisor->received_before)
		r = hears_canary(supervisor);
	if (r == 0)
		r = listen_until_heard(supervisor);
	if (r < 0)
		log_warning("cannot find out whether process events still come: error %d", -r);
	supervisor->received_before = supervisor->received;
	(void)sd_event_source_unref(source);
	supervisor->canary = NULL;
	return start_canary(supervisor);
}

bool listen_is_heard(struct supervisor *supervisor)
{
	bool heard = supervisor->received != supervisor->received_beat ||
		     hears_canary(supervisor) == 1;

	supervisor->received_beat = supervisor->received;
	return heard;
}

int listen_start(struct supervisor *supervisor)
{
	int r;

	r = sd_event_add_io(supervisor->loop, &supervisor->events,
			    connector_fd(&supervisor->connector), EPOLLIN, on_events, supervisor);
	if (r >= 0)
		r = sd_event_add_time(supervisor->loop, &supervisor->tick, CLOCK_MONOTONIC, 0, 1,
				      on_tick, supervisor);
	if (r >= 0)
		r = sd_event_source_set_enabled(supervisor->tick, SD_EVENT_OFF);
	return r < 0 ? r : start_canary(supervisor);
}

void listen_stop(struct supervisor *supervisor)
{
	(void)sd_event_source_unref(supervisor->events);
	(void)sd_event_source_unref(supervisor->tick);
	(void)sd_event_source_unref(supervisor->canary);
	supervisor->events = supervisor->tick = supervisor->canary = NULL;
	connector_close(&supervisor->connector);
}
