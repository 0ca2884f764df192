/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The note that process events may have been lost, and when the scan of /proc that makes it good
 * may run.  A scan is expensive, so its own duration bounds how often it is repeated; and because
 * some programs cause events that only look like a gap, the more often gaps are suspected, the
 * rarer the scans for them become.  An overrun and a silent kernel are noticed in
 * supervisor/detect/listen.c, a gap in supervisor/detect/events.c.  Pure: the caller says what time
 * it is (CLOCK_MONOTONIC, nanoseconds).
 */

#include <stdint.h>

enum loss_cause {
	LOSS_NONE,
	LOSS_START,    /* nothing was lost, but what ran before the start was never reported */
	LOSS_OVERRUN,  /* the receive buffer was full */
	LOSS_GAP,      /* an event names a process whose fork was never reported */
	LOSS_DEAF,     /* the kernel had stopped reporting */
	LOSS_RELOAD,   /* nothing was lost, but the rules have changed */
	LOSS_ACCOUNTS, /* nothing was lost, but a user or group of a rule is known now */
	LOSS_UNREAD,   /* a process could not be read, for want of descriptors or memory */
};

struct loss {
	enum loss_cause cause;
	uint64_t scan_not_before_ns;
	uint64_t gap_not_before_ns, gap_pause_ns;
};

/* The first cause stands until a scan begins. */
void loss_note(struct loss *loss, enum loss_cause cause);

/* A gap is suspected because of an event of that time.  Ignored while gaps are paused. */
void loss_note_gap(struct loss *loss, uint64_t event_ns);

/* A scan for @cause, begun at @begun_ns, is complete. */
void loss_made_good(struct loss *loss, enum loss_cause cause, uint64_t begun_ns, uint64_t now_ns);

/* "overrun", "gap", …: the word of the audit record. */
const char *loss_name(enum loss_cause cause);

/* The same as a sentence for people. */
const char *loss_reason(enum loss_cause cause);
