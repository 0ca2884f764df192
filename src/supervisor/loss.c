/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/loss.h"

#include "base/clock.h"

#define GAP_PAUSE_MIN_NS CLOCK_NSEC_PER_SEC
#define GAP_PAUSE_MAX_NS (60 * CLOCK_NSEC_PER_SEC)
#define GAP_CALM_NS (600 * CLOCK_NSEC_PER_SEC)

static const struct {
	const char *name, *reason;
} losses[] = {
	[LOSS_NONE] = { NULL, NULL },
	[LOSS_START] = { "start", "the start" },
	[LOSS_OVERRUN] = { "overrun", "the kernel lost process events" },
	[LOSS_GAP] = { "gap", "an event tells of a process that was never told" },
	[LOSS_DEAF] = { "deaf", "the kernel had stopped to tell of processes" },
	[LOSS_RELOAD] = { "reload", "the rules were read again" },
	[LOSS_UNREAD] = { "unread", "a process could not be read" },
};

const char *loss_name(enum loss loss)
{
	return losses[loss].name;
}

const char *loss_reason(enum loss loss)
{
	return losses[loss].reason;
}

void loss_note(struct supervisor *supervisor, enum loss loss)
{
	if (supervisor->loss == LOSS_NONE)
		supervisor->loss = loss;
}

void loss_note_gap(struct supervisor *supervisor, uint64_t event_ns)
{
	if (event_ns >= supervisor->gap_not_before_ns)
		loss_note(supervisor, LOSS_GAP);
}

void loss_made_good(struct supervisor *supervisor, enum loss cause, uint64_t begun_ns)
{
	uint64_t now = view_now_ns(&supervisor->view), pause;

	supervisor->resync_not_before_ns = now + (now - begun_ns);
	if (cause == LOSS_GAP) {
		/* Long after the last one the next may be real again. */
		pause = now > supervisor->gap_not_before_ns + GAP_CALM_NS ?
				GAP_PAUSE_MIN_NS :
				2 * supervisor->gap_pause_ns;
		if (pause < GAP_PAUSE_MIN_NS)
			pause = GAP_PAUSE_MIN_NS;
		supervisor->gap_pause_ns = pause < GAP_PAUSE_MAX_NS ? pause : GAP_PAUSE_MAX_NS;
		supervisor->gap_not_before_ns = now + supervisor->gap_pause_ns;
	}
	/* Events from before are of processes that may have come and gone. */
	if (supervisor->gap_not_before_ns < now)
		supervisor->gap_not_before_ns = now;
}
