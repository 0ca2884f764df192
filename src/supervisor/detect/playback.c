/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/detect/playback.h"

#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "process/datagram.h"
#include "supervisor/detect/events.h"
#include "supervisor/detect/parts.h"
#include "supervisor/detect/resync.h"
#include "supervisor/life/late_answer.h"
#include "supervisor/life/member.h"
#include "supervisor/life/release.h"

enum { CAUSES_PER_TURN = 64, RELEASES_SINCE_VERSION = 2 };

static void play_datagram(struct detect *detect, const struct recorded *cause)
{
	struct datagram datagram;
	struct process_event event;
	int code;

	if (cause->size > sizeof(datagram.bytes)) {
		detect->malformed++;
		return;
	}
	datagram.malformed = 0;
	memcpy(datagram.bytes, cause->bytes, cause->size);
	datagram_begin(&datagram, cause->size);
	while (datagram_next(&datagram, &event, &code) != EVENT_END)
		events_take(detect, &event);
	detect->malformed += datagram.malformed;
}

static int play_cause(struct detect *detect, const struct recorded *cause,
		      struct slicectl_error *error)
{
	switch (cause->kind) {
	case RECORDED_DATAGRAM:
		play_datagram(detect, cause);
		return 0;
	case RECORDED_LOST:
		loss_note(&detect->node->loss,
			  text_equal(cause->name, "deaf") ? LOSS_DEAF : LOSS_OVERRUN);
		return 0;
	case RECORDED_DRAINED:
		member_settle_unread(detect->life);
		return 0;
	case RECORDED_LATE:
		late_answer_take(detect->life, cause->pid);
		return 0;
	case RECORDED_RELEASE:
		(void)release_now(detect->life);
		return 0;
	case RECORDED_SAMPLE:
		observe_replay(detect->observe, cause);
		return 0;
	case RECORDED_VALUE:
		watches_replay(detect->watches, cause);
		return 0;
	case RECORDED_LOOK:
		/* Without a loss, the scan was one of the poll detector. */
		return detect->node->loss.cause == LOSS_NONE ? poll_scan(detect, error) :
							       resync_scan(detect, error);
	default:
		return 0;
	}
}

/* As at a start: after the first scan, which is the first cause. */
static void begin_to_observe(struct detect *detect)
{
	observe_apply(detect->observe);
	watches_apply(detect->watches);
}

int playback(struct detect *detect, struct slicectl_error *error)
{
	struct replay *replay = detect->node->view.replay;
	const struct recorded *cause;
	unsigned played = 0;
	int r;

	while ((r = replay_next(replay, &cause, error)) > 0) {
		if (played == 1)
			begin_to_observe(detect);
		r = play_cause(detect, cause, error);
		if (r < 0)
			return r;
		/* Counts causes instead of time, so that every replay is the same. */
		if (++played % CAUSES_PER_TURN != 0)
			continue;
		if (replay_start(replay)->version < RELEASES_SINCE_VERSION)
			(void)release_now(detect->life);
		r = sd_event_run(detect->node->loop, 0); /* a signal may stop the loop */
		if (r < 0 || sd_event_get_state(detect->node->loop) == SD_EVENT_FINISHED)
			return r < 0 ? r : 0;
	}
	if (r < 0)
		return r;
	if (detect->node->loss.cause != LOSS_NONE)
		log_warning("the recording ends with lost events that no scan of /proc made up for");
	if (replay_is_cut(replay))
		log_warning(
			"the recording ends in the middle of a line because its recorder was killed");
	if (replay_missed(replay) > 0)
		log_info("%llu reads of /proc are not in the recording; the replay assumed that their process had exited",
			 (unsigned long long)replay_missed(replay));
	return 0;
}
