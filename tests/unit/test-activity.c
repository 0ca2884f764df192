/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/activity.h"

#include <errno.h>

#include "observe/thread.h"
#include "test.h"

#define MS UINT64_C(1000000)

enum { THRESHOLD = 50, INTERVAL = 100 };

static const struct activity_sample asleep = { 0 };
static const struct activity_sample ran = { .ran = true };
static const struct activity_sample waits = { .pid = 7, .letter = 'D' };
static const struct activity_sample frozen = { .frozen = true };
static const struct activity_sample unreadable = { .code = -EACCES };

/* A new family runs. */
static struct activity fresh(void)
{
	struct activity activity = { 0 };

	CHECK(activity_wake(&activity, 1000 * MS));
	CHECK_INT(activity.state, ACTIVITY_ACTIVE);
	CHECK_INT(activity.to_active, 0); /* it did not become active */
	return activity;
}

static bool take(struct activity *activity, const struct activity_sample *sample, uint64_t ms)
{
	return activity_take(activity, sample, ms * MS, THRESHOLD * MS);
}

static struct activity idle_since(uint64_t ms)
{
	struct activity activity = fresh();

	(void)take(&activity, &ran, ms);
	CHECK(take(&activity, &asleep, ms + INTERVAL));
	CHECK_INT(activity.state, ACTIVITY_IDLE);
	return activity;
}

static void idles_after_the_threshold(void)
{
	struct activity activity = fresh();

	CHECK(!take(&activity, &ran, 1100));
	CHECK(!take(&activity, &asleep, 1149)); /* it may have slept since 1100 */
	CHECK_INT(activity.state, ACTIVITY_ACTIVE);
	CHECK(take(&activity, &asleep, 1150));
	CHECK_INT(activity.state, ACTIVITY_IDLE);
	CHECK_INT(activity.since_ns, 1100 * MS); /* since the last that went to sleep */
	CHECK_INT(activity.to_idle, 1);
	CHECK_INT(activity.last_active_ns, 100 * MS);
	CHECK_INT(activity_last_span(&activity), 100 * MS);
}

static void counts_from_the_last_that_slept(void)
{
	struct activity activity = fresh();

	(void)take(&activity, &ran, 1100);
	(void)take(&activity, &asleep, 1140);
	(void)take(&activity, &ran, 1145); /* another thread ran: not idle at 1150 */
	CHECK(!take(&activity, &asleep, 1190));
	CHECK(take(&activity, &asleep, 1195));
}

static void does_not_begin_again_while_it_sleeps(void)
{
	struct activity activity = fresh();

	(void)take(&activity, &ran, 1100);
	for (uint64_t ms = 1110; ms < 1150; ms += 10)
		CHECK(!take(&activity, &asleep, ms));
	CHECK(take(&activity, &asleep, 1150));
}

static void wakes_at_once(void)
{
	struct activity activity = idle_since(1100);

	CHECK(take(&activity, &ran, 1300));
	CHECK_INT(activity.state, ACTIVITY_ACTIVE);
	CHECK_INT(activity.since_ns, 1300 * MS);
	CHECK_INT(activity.last_idle_ns, 200 * MS);
	CHECK_INT(activity.to_active, 1);
	activity = idle_since(1100);
	CHECK(activity_wake(&activity, 1250 * MS));
	CHECK(!activity_wake(&activity, 1260 * MS));
	CHECK(!take(&activity, &asleep,
		    1290)); /* it has slept for 40 ms, not since the sample at 1200 */
	CHECK(take(&activity, &asleep, 1300));
	CHECK_INT(activity.since_ns, 1250 * MS);
	CHECK_INT(activity.to_active, 1);
}

/* A thread that is runnable but starved, or in uninterruptible sleep, is not asleep. */
static void waiting_is_active(void)
{
	struct activity activity = fresh();
	char evidence[ACTIVITY_EVIDENCE_SIZE];

	for (uint64_t ms = 1100; ms < 5000; ms += INTERVAL)
		CHECK(!take(&activity, &waits, ms));
	CHECK_INT(activity.state, ACTIVITY_ACTIVE);
	CHECK_TEXT(activity_evidence(&activity, evidence), "thread 7 is in state D");
}

static void unreadable_is_not_idle(void)
{
	struct activity activity = fresh();

	(void)take(&activity, &ran, 1100);
	for (uint64_t ms = 1200; ms < 5000; ms += INTERVAL)
		CHECK(!take(&activity, &unreadable, ms));
	CHECK_INT(activity.state, ACTIVITY_ACTIVE);
	activity = idle_since(1100);
	CHECK(!take(&activity, &unreadable, 1300));
	CHECK_INT(activity.state, ACTIVITY_IDLE); /* and neither is it active */
}

static void frozen_is_neither(void)
{
	struct activity activity = fresh();

	CHECK(take(&activity, &frozen, 1100));
	CHECK_TEXT(activity_name(activity.state), "frozen");
	CHECK_INT(activity.to_active + activity.to_idle, 0);
	CHECK_INT(activity.active_ns, 100 * MS);
	CHECK(!take(&activity, &asleep, 1200)); /* thawed: the time in the freezer is not sleep */
	CHECK(take(&activity, &asleep, 1300));
	CHECK_INT(activity.state, ACTIVITY_IDLE);
}

static void sums(void)
{
	struct activity activity = idle_since(1100);

	CHECK_INT(activity_total(&activity, ACTIVITY_IDLE, 2100 * MS), 1000 * MS);
	CHECK_INT(activity_total(&activity, ACTIVITY_ACTIVE, 2100 * MS), 100 * MS);
	(void)take(&activity, &ran, 2100);
	CHECK_INT(activity_total(&activity, ACTIVITY_IDLE, 9000 * MS), 1000 * MS);
	CHECK_INT(activity_total(&activity, ACTIVITY_ACTIVE, 2150 * MS), 150 * MS);
}

static uint64_t pause_of(const struct activity *activity, uint64_t ran_ms)
{
	return (activity_due_ns(activity, ran_ms * MS, INTERVAL * MS, THRESHOLD * MS) -
		activity->sampled_ns) /
	       MS;
}

static void looks_less_often_while_idle(void)
{
	struct activity activity = fresh();

	(void)take(&activity, &ran, 1100);
	CHECK_INT(pause_of(&activity, 90), INTERVAL); /* it runs all the time */
	CHECK_INT(pause_of(&activity, 3), THRESHOLD); /* it may sleep now */
	activity = idle_since(1100);
	CHECK_INT(pause_of(&activity, 0), INTERVAL);
	(void)take(&activity, &asleep, 1100 + 4000);
	CHECK_INT(pause_of(&activity, 0), 500);
	(void)take(&activity, &asleep, 1100 + 3600 * 1000);
	CHECK_INT(pause_of(&activity, 0), 1000);
}

static void reads_schedstat(void)
{
	uint64_t run_ns = 0;

	CHECK_INT(threads_parse_run("123456 789 10\n", &run_ns), 0);
	CHECK_INT(run_ns, 123456);
	CHECK_INT(threads_parse_run("", &run_ns), -EINVAL);
	CHECK_INT(threads_parse_run("1 2", &run_ns), -EINVAL);
}

TEST_MAIN("activity", CASE(idles_after_the_threshold), CASE(counts_from_the_last_that_slept),
	  CASE(does_not_begin_again_while_it_sleeps), CASE(wakes_at_once), CASE(waiting_is_active),
	  CASE(unreadable_is_not_idle), CASE(frozen_is_neither), CASE(sums),
	  CASE(looks_less_often_while_idle), CASE(reads_schedstat))
