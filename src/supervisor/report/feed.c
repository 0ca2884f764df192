/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/text.h"

/* Listeners are woken at most this often, so that in a storm one write sends many records.  That
 * makes many listeners cheap. */
#define PAUSE_USEC (20 * CLOCK_USEC_PER_MSEC)

enum { KEPT = 4096, AT_ONCE = 64 * 1024 };

struct feed {
	sd_event *loop;
	uint64_t sequence;          /* of the last record */
	uint64_t lost;              /* records that listeners missed because they read too slowly */
	char **kept;                /* the newest records; NULL while there are no listeners */
	struct listener *listeners; /* list */
	sd_event_source *timer;
	bool is_due;
	uint64_t flushed_usec;
};

struct listener {
	struct pending pending;
	struct feed *feed;
	uint64_t next_sequence;
	bool greeted;
	struct listener *next, *prev;
};

static struct listener *listener_of(struct pending *pending)
{
	return container_of(pending, struct listener, pending);
}

static void feed_drop_kept(struct feed *feed)
{
	for (size_t i = 0; feed->kept && i < KEPT; i++)
		free(feed->kept[i]);
	free(feed->kept);
	feed->kept = NULL;
	feed->timer = sd_event_source_unref(feed->timer);
}

static void on_abandon(struct pending *pending)
{
	struct listener *listener = listener_of(pending);
	struct feed *feed = listener->feed;

	DL_DELETE(feed->listeners, listener);
	free(listener);
	if (!feed->listeners)
		feed_drop_kept(feed);
}

/* A buffer of messages, each with its NUL. */
struct text {
	char *bytes;
	size_t used, size;
};

static void text_append(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Appends one message.  A message that does not fit is omitted as a whole. */
static void text_append(struct text *text, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(text->bytes + text->used, text->size - text->used, format, arguments);
	va_end(arguments);
	if (n >= 0 && (size_t)n < text->size - text->used)
		text->used += (size_t)n + 1;
}

static void listener_greet(struct listener *listener, struct text *text)
{
	if (!listener->greeted)
		text_append(text, "{\"parameters\":{\"sequence\":%llu},\"continues\":true}",
			    (unsigned long long)listener->next_sequence - 1);
	listener->greeted = true;
}

/* Appends how many records were overwritten before this listener could read them, if any were. */
static void listener_append_gap(struct feed *feed, struct listener *listener, struct text *text)
{
	uint64_t oldest = feed->sequence >= KEPT ? feed->sequence - KEPT + 1 : 1;

	if (listener->next_sequence >= oldest)
		return;
	text_append(text, "{\"parameters\":{\"sequence\":%llu,\"lost\":%llu},\"continues\":true}",
		    (unsigned long long)oldest - 1,
		    (unsigned long long)(oldest - listener->next_sequence));
	feed->lost += oldest - listener->next_sequence;
	listener->next_sequence = oldest;
}

static size_t size_of_next(const struct feed *feed, uint64_t sequence)
{
	const char *record = feed->kept[sequence % KEPT];

	return record ? strlen(record) + 128 : 0;
}

static char *on_pull(struct pending *pending, size_t *ret_length)
{
	struct listener *listener = listener_of(pending);
	struct feed *feed = listener->feed;
	struct text text = { .size = AT_ONCE };

	if (listener->greeted && listener->next_sequence > feed->sequence)
		return NULL;
	text.bytes = malloc(text.size);
	if (!text.bytes)
		return NULL;
	listener_greet(listener, &text);
	listener_append_gap(feed, listener, &text);
	for (; listener->next_sequence <= feed->sequence; listener->next_sequence++) {
		uint64_t sequence = listener->next_sequence;
		size_t size = size_of_next(feed, sequence);

		if (size > text.size - text.used)
			break;
		if (size > 0) /* 0: out of memory when it was made */
			text_append(&text,
				    "{\"parameters\":{\"sequence\":%llu,\"record\":%s},\"continues\":true}",
				    (unsigned long long)sequence, feed->kept[sequence % KEPT]);
	}
	*ret_length = text.used;
	return text.bytes;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct feed *feed = data;
	struct listener *listener, *next;

	feed->is_due = false;
	feed->flushed_usec = clock_now_usec();
	DL_FOREACH_SAFE (feed->listeners, listener, next)
		pending_wake(&listener->pending);
	return 0;
}

static void feed_wake_soon(struct feed *feed)
{
	if (feed->is_due)
		return;
	feed->is_due = true;
	(void)sd_event_source_set_time(feed->timer, feed->flushed_usec + PAUSE_USEC);
	(void)sd_event_source_set_enabled(feed->timer, SD_EVENT_ONESHOT);
}

void feed_publish(struct feed *feed, const struct record *record)
{
	uint64_t sequence = ++feed->sequence;
	char **slot;

	if (!feed->kept)
		return;
	slot = &feed->kept[sequence % KEPT];
	free(*slot);
	*slot = record_format(record);
	feed_wake_soon(feed);
}

static int feed_prepare(struct feed *feed)
{
	if (feed->kept)
		return 0;
	feed->kept = calloc(KEPT, sizeof(*feed->kept));
	if (!feed->kept)
		return -ENOMEM;
	return sd_event_add_time(feed->loop, &feed->timer, CLOCK_MONOTONIC, 0, 1, on_timer, feed);
}

int feed_begin(struct feed *feed, struct connection *connection, struct slicectl_error *error)
{
	struct listener *listener = calloc(1, sizeof(*listener));

	if (!listener || feed_prepare(feed) < 0) {
		free(listener);
		return error_set(error, ENOMEM, "out of memory");
	}
	listener->feed = feed;
	listener->next_sequence = feed->sequence + 1;
	listener->pending.abandon = on_abandon;
	listener->pending.pull = on_pull;
	DL_APPEND(feed->listeners, listener);
	connection_hold(connection, &listener->pending);
	return 0;
}

struct feed *feed_new(sd_event *loop)
{
	struct feed *feed = calloc(1, sizeof(*feed));

	if (feed)
		feed->loop = loop;
	return feed;
}

/* All connections must be closed before, which frees the listeners. */
struct feed *feed_free(struct feed *feed)
{
	if (feed)
		feed_drop_kept(feed);
	free(feed);
	return NULL;
}

uint64_t feed_lost(const struct feed *feed)
{
	return feed->lost;
}
