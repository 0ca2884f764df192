/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/loss.h"

#include <stddef.h>

#include "base/clock.h"

#define GAP_PAUSE_MIN_NS CLOCK_NSEC_PER_SEC
#define GAP_PAUSE_MAX_NS (60 * CLOCK_NSEC_PER_SEC)
#define GAP_CALM_NS (600 * CLOCK_NSEC_PER_SEC)

static const struct {
	const char *name, *reason;
} causes[] = {
	[LOSS_NONE] = { NULL, NULL },
	[LOSS_START] = { "start", "the start" },
	[LOSS_OVERRUN] = { "overrun", "the kernel lost process events" },
	[LOSS_GAP] = { "gap", "an event names a process whose fork was not reported" },
	[LOSS_DEAF] = { "deaf", "the kernel had stopped reporting process events" },
	[LOSS_RELOAD] = { "reload", "the rules were read again" },
	[LOSS_ACCOUNTS] = { "accounts", "a user or group of a rule is known now" },
	[LOSS_UNREAD] = { "unread", "a process could not be read" },
};

const char *loss_name(enum loss_cause cause)
{
	return causes[cause].name;
}

const char *loss_reason(enum loss_cause cause)
{
	return causes[cause].reason;
}

void loss_note(struct loss *loss, enum loss_cause cause)
{
	if (loss->cause == LOSS_NONE)
		loss->cause = cause;
}

void loss_note_gap(struct loss *loss, uint64_t event_ns)
{
	if (event_ns >= loss->gap_not_before_ns)
		loss_note(loss, LOSS_GAP);
}

/* Doubled for each scan, from one second to one minute; after ten calm minutes the next gap may
 * be real again. */
static uint64_t next_pause(const struct loss *loss, uint64_t now_ns)
{
	uint64_t pause = 2 * loss->gap_pause_ns;

	if (now_ns > loss->gap_not_before_ns + GAP_CALM_NS || pause < GAP_PAUSE_MIN_NS)
		return GAP_PAUSE_MIN_NS;
	return pause < GAP_PAUSE_MAX_NS ? pause : GAP_PAUSE_MAX_NS;
}

void loss_made_good(struct loss *loss, enum loss_cause cause, uint64_t begun_ns, uint64_t now_ns)
{
	loss->scan_not_before_ns = now_ns + (now_ns - begun_ns);
	if (cause == LOSS_GAP) {
		loss->gap_pause_ns = next_pause(loss, now_ns);
		loss->gap_not_before_ns = now_ns + loss->gap_pause_ns;
	}
	/* Events from before the scan are of processes that may have come and gone. */
	if (loss->gap_not_before_ns < now_ns)
		loss->gap_not_before_ns = now_ns;
}
