/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/retry.h"

#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/log.h"
#include "supervisor/act/parts.h"

static bool waits_for_retry(const struct family *family)
{
	return family->failure.at_usec > 0 && !family->placing && family->signal == 0 &&
	       family->members.count > 0;
}

static void retry_until(struct act *act, uint64_t due_usec)
{
	struct family *family, *next;

	DL_FOREACH_SAFE (families_first(act->families), family, next) {
		if (waits_for_retry(family) && family->failure.at_usec <= due_usec)
			act->again(act, family);
	}
}

static int on_retry(sd_event_source *source, uint64_t usec, void *data)
{
	retry_until(data, clock_now_usec());
	retry_schedule(data);
	return 0;
}

static int set_timer(struct act *act, uint64_t at_usec)
{
	int r;

	if (!act->retry_timer)
		return sd_event_add_time(act->node->loop, &act->retry_timer, CLOCK_MONOTONIC,
					 at_usec, 0, on_retry, act);
	r = sd_event_source_set_time(act->retry_timer, at_usec);
	return r < 0 ? r : sd_event_source_set_enabled(act->retry_timer, SD_EVENT_ONESHOT);
}

uint64_t retry_turn_usec(uint64_t at_usec)
{
	return (at_usec / CLOCK_USEC_PER_SEC + 1) * CLOCK_USEC_PER_SEC;
}

void retry_at(struct act *act, uint64_t at_usec)
{
	uint64_t armed = UINT64_MAX;
	int r;

	if (act->retry_timer && sd_event_source_get_enabled(act->retry_timer, NULL) > 0)
		(void)sd_event_source_get_time(act->retry_timer, &armed);
	r = at_usec < armed ? set_timer(act, at_usec) : 0;
	if (r < 0)
		log_warning("cannot set the timer for actions that wait, which are tried again at the next reload: %s",
			    strerror(-r));
}

void retry_schedule(struct act *act)
{
	const struct family *family;
	uint64_t earliest = UINT64_MAX;
	int r;

	DL_FOREACH (families_first(act->families), family) {
		if (waits_for_retry(family) && family->failure.at_usec < earliest)
			earliest = family->failure.at_usec;
	}
	r = earliest < UINT64_MAX ? set_timer(act, earliest) : 0;
	if (r < 0)
		log_warning("cannot set the timer for actions that failed or wait, which are tried again at the next reload: %s",
			    strerror(-r));
}

void retry_now(struct act *act)
{
	retry_until(act, UINT64_MAX);
}
