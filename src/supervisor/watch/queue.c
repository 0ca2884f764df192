/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The events that wait for a client. */

#include <utlist.h>

#include "base/clock.h"
#include "supervisor/watch/parts.h"

/* Clients are woken from the loop, because a client that is gone frees its subscriber then, which
 * nobody who tells it something expects. */
static int on_waker(sd_event_source *source, void *data)
{
	struct watches *watches = data;
	struct subscriber *subscriber;

	do {
		DL_FOREACH (watches->subscribers, subscriber) {
			if (subscriber->is_woken && (subscriber->count > 0 || subscriber->lost > 0))
				break;
		}
		if (!subscriber)
			break;
		subscriber->is_woken = false;
		subscriber->wake(subscriber->data);
	} while (true);
	return sd_event_source_set_enabled(source, SD_EVENT_OFF);
}

int queue_begin(struct watches *watches)
{
	int r = sd_event_add_defer(watches->node->loop, &watches->waker, on_waker, watches);

	return r < 0 ? r : sd_event_source_set_enabled(watches->waker, SD_EVENT_OFF);
}

static void wake(struct subscriber *subscriber)
{
	subscriber->is_woken = true;
	(void)sd_event_source_set_enabled(subscriber->watches->waker, SD_EVENT_ONESHOT);
}

void queue_lose(struct subscriber *subscriber)
{
	subscriber->lost++;
	subscriber->watches->counts.lost++;
	wake(subscriber);
}

void queue_put(struct subscriber *subscriber, const struct watch_event *event)
{
	if (subscriber->count == EVENTS_MAX) {
		queue_lose(subscriber);
		return;
	}
	subscriber->events[(subscriber->first + subscriber->count++) % EVENTS_MAX] = *event;
	wake(subscriber);
}

/* Those that were dropped came after all that are queued. */
bool subscriber_take(struct subscriber *subscriber, struct watch_event *ret_event)
{
	if (subscriber->count > 0) {
		*ret_event = subscriber->events[subscriber->first];
		subscriber->first = (subscriber->first + 1) % EVENTS_MAX;
		subscriber->count--;
		return true;
	}
	if (subscriber->lost == 0)
		return false;
	*ret_event = (struct watch_event){ .kind = WATCH_LOST,
					   .lost = subscriber->lost,
					   .at_ns = clock_now_ns(CLOCK_MONOTONIC),
					   .real_ns = clock_now_ns(CLOCK_REALTIME) };
	subscriber->lost = 0;
	return true;
}
