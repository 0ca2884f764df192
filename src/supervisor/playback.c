/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/playback.h"

#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "supervisor/events.h"
#include "supervisor/family.h"
#include "supervisor/loss.h"
#include "supervisor/poll.h"
#include "supervisor/release.h"
#include "supervisor/resync.h"

enum { CAUSES_PER_TURN = 64 };

static void play_datagram(struct supervisor *supervisor, const struct recorded *cause)
{
	struct datagram *datagram = &supervisor->connector.datagram;
	struct process_event event;
	int code;

	if (cause->size > sizeof(datagram->bytes)) {
		datagram->malformed++;
		return;
	}
	memcpy(datagram->bytes, cause->bytes, cause->size);
	datagram_begin(datagram, cause->size);
	while (datagram_next(datagram, &event, &code) != EVENT_END)
		take_event(supervisor, &event);
}

static int play(struct supervisor *supervisor, const struct recorded *cause,
		struct slicectl_error *error)
{
	switch (cause->kind) {
	case RECORDED_DATAGRAM:
		play_datagram(supervisor, cause);
		return 0;
	case RECORDED_LOST:
		loss_note(supervisor, text_equal(cause->name, "deaf") ? LOSS_DEAF : LOSS_OVERRUN);
		return 0;
	case RECORDED_DRAINED:
		family_settle_unread(supervisor);
		return 0;
	case RECORDED_LOOK:
		/* Where nothing was lost it is one of the poll detector's. */
		return supervisor->loss == LOSS_NONE ? poll_look(supervisor, error) :
						       resync(supervisor, error);
	default:
		return 0;
	}
}

int playback(struct supervisor *supervisor, struct slicectl_error *error)
{
	struct replay *replay = supervisor->view.replay;
	const struct recorded *cause;
	unsigned played = 0;
	int r;

	while ((r = replay_next(replay, &cause, error)) > 0) {
		r = play(supervisor, cause, error);
		if (r < 0)
			return r;
		/* By the count, not by the clock: every replay is like the last. */
		if (++played % CAUSES_PER_TURN != 0)
			continue;
		(void)release_now(supervisor);
		r = sd_event_run(supervisor->loop, 0); /* a signal may end it */
		if (r < 0 || sd_event_get_state(supervisor->loop) == SD_EVENT_FINISHED)
			return r < 0 ? r : 0;
	}
	if (r < 0)
		return r;
	if (supervisor->loss != LOSS_NONE)
		log_warning("the recording ends with a loss that no look at /proc made good");
	if (replay_is_cut(replay))
		log_warning("the recording ends in the middle of a line: its recorder was killed");
	if (replay_missed(replay) > 0)
		log_info("%llu questions to /proc were not asked when this was recorded; their answer was taken to be that the process is gone",
			 (unsigned long long)replay_missed(replay));
	return 0;
}
