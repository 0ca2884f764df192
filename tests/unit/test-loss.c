/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/loss.h"

#include "test.h"

#define SECOND UINT64_C(1000000000)
#define START (1000 * SECOND)

/* A gap is noted and a scan that takes no time makes it good.  Returns the length of the pause in
 * seconds, found from outside: the first second in which a gap is noted again. */
static uint64_t pause_after_gap(struct loss *loss, uint64_t now)
{
	uint64_t seconds = 0;

	loss->cause = LOSS_NONE;
	loss_made_good(loss, LOSS_GAP, now, now);
	while (loss->cause == LOSS_NONE && seconds < 1000)
		loss_note_gap(loss, now + ++seconds * SECOND);
	CHECK_INT(loss->cause, LOSS_GAP);
	loss->cause = LOSS_NONE;
	loss_note_gap(loss, now + seconds * SECOND - 1);
	CHECK_INT(loss->cause, LOSS_NONE);
	return seconds;
}

static void the_first_cause_stands(void)
{
	struct loss loss = { 0 };

	loss_note(&loss, LOSS_OVERRUN);
	loss_note(&loss, LOSS_DEAF);
	loss_note_gap(&loss, START);
	CHECK_INT(loss.cause, LOSS_OVERRUN);
}

static void the_pause_of_gaps_doubles_up_to_a_minute(void)
{
	static const uint64_t pauses[] = { 1, 2, 4, 8, 16, 32, 60, 60, 60 };
	struct loss loss = { 0 };
	uint64_t now = START;

	for (size_t i = 0; i < ELEMENTS(pauses); i++) {
		CHECK_INT(pause_after_gap(&loss, now), pauses[i]);
		now += pauses[i] * SECOND;
	}
}

static void ten_calm_minutes_end_the_doubling(void)
{
	struct loss loss = { 0 };

	CHECK_INT(pause_after_gap(&loss, START), 1);
	CHECK_INT(pause_after_gap(&loss, START + SECOND), 2);
	/* The pause ended at 3 s: from there on ten minutes, and not a moment less. */
	CHECK_INT(pause_after_gap(&loss, START + 603 * SECOND), 4);
	CHECK_INT(pause_after_gap(&loss, START + 1207 * SECOND + 1), 1);
}

static void real_losses_are_never_paused(void)
{
	struct loss loss = { 0 };

	loss_made_good(&loss, LOSS_GAP, START, START);
	loss_note(&loss, LOSS_OVERRUN);
	CHECK_INT(loss.cause, LOSS_OVERRUN);
}

/* An overrun is no reason to trust gaps less, nor does it end their pause. */
static void other_scans_leave_the_pause_alone(void)
{
	struct loss loss = { 0 };

	CHECK_INT(pause_after_gap(&loss, START), 1);
	loss_made_good(&loss, LOSS_OVERRUN, START + SECOND, START + SECOND);
	CHECK_INT(pause_after_gap(&loss, START + 2 * SECOND), 2);
	loss_made_good(&loss, LOSS_GAP, START + 4 * SECOND, START + 4 * SECOND); /* 4 s */
	loss_made_good(&loss, LOSS_DEAF, START + 5 * SECOND, START + 5 * SECOND);
	loss_note_gap(&loss, START + 7 * SECOND);
	CHECK_INT(loss.cause, LOSS_NONE);
	loss_note_gap(&loss, START + 8 * SECOND);
	CHECK_INT(loss.cause, LOSS_GAP);
}

static void events_from_before_a_scan_are_not_a_gap(void)
{
	struct loss loss = { 0 };

	loss_made_good(&loss, LOSS_START, START, START + 5);
	loss_note_gap(&loss, START + 4);
	CHECK_INT(loss.cause, LOSS_NONE);
	loss_note_gap(&loss, START + 5);
	CHECK_INT(loss.cause, LOSS_GAP);
}

/* At most half of the time is spent on scans. */
static void a_scan_waits_for_as_long_as_the_last_one_took(void)
{
	struct loss loss = { 0 };

	loss_made_good(&loss, LOSS_OVERRUN, START, START + 3 * SECOND);
	CHECK_INT(loss.scan_not_before_ns, START + 6 * SECOND);
	loss_made_good(&loss, LOSS_OVERRUN, START + 6 * SECOND, START + 6 * SECOND);
	CHECK_INT(loss.scan_not_before_ns, START + 6 * SECOND);
}

static void every_cause_has_a_word_and_a_reason(void)
{
	for (int cause = LOSS_START; cause <= LOSS_UNREAD; cause++) {
		CHECK(loss_name((enum loss_cause)cause) != NULL);
		CHECK(loss_reason((enum loss_cause)cause) != NULL);
	}
	CHECK_TEXT(loss_name(LOSS_OVERRUN), "overrun");
	CHECK_TEXT(loss_name(LOSS_GAP), "gap");
	CHECK_TEXT(loss_name(LOSS_DEAF), "deaf");
}

TEST_MAIN("loss", CASE(the_first_cause_stands), CASE(the_pause_of_gaps_doubles_up_to_a_minute),
	  CASE(ten_calm_minutes_end_the_doubling), CASE(real_losses_are_never_paused),
	  CASE(other_scans_leave_the_pause_alone), CASE(events_from_before_a_scan_are_not_a_gap),
	  CASE(a_scan_waits_for_as_long_as_the_last_one_took),
	  CASE(every_cause_has_a_word_and_a_reason))
