/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/activity.h"

#include <stdio.h>

#define SLOWEST_NS UINT64_C(1000000000)

static const char *const names[] = {
	[ACTIVITY_UNKNOWN] = "unknown",
	[ACTIVITY_ACTIVE] = "active",
	[ACTIVITY_IDLE] = "idle",
	[ACTIVITY_FROZEN] = "frozen",
};

const char *activity_name(enum activity_state state)
{
	return names[state];
}

/* Ends the present span. */
static void end_span(struct activity *activity, uint64_t now_ns)
{
	uint64_t span = now_ns > activity->since_ns ? now_ns - activity->since_ns : 0;

	if (activity->state == ACTIVITY_ACTIVE) {
		activity->last_active_ns = span;
		activity->active_ns += span;
	} else if (activity->state == ACTIVITY_IDLE) {
		activity->last_idle_ns = span;
		activity->idle_ns += span;
	}
}

static bool enter(struct activity *activity, enum activity_state state, uint64_t since_ns)
{
	if (activity->state == state)
		return false;
	end_span(activity, since_ns);
	if (activity->state != ACTIVITY_UNKNOWN) { /* the first state is not a change */
		activity->to_active += state == ACTIVITY_ACTIVE;
		activity->to_idle += state == ACTIVITY_IDLE;
	}
	activity->state = state;
	activity->since_ns = since_ns;
	return true;
}

static bool stay_awake(struct activity *activity, pid_t pid, char letter, uint64_t now_ns)
{
	activity->has_evidence = true;
	activity->pid = pid;
	activity->letter = letter;
	activity->asleep_ns = 0;
	return enter(activity, ACTIVITY_ACTIVE, now_ns);
}

bool activity_wake(struct activity *activity, uint64_t now_ns)
{
	return stay_awake(activity, 0, 0, now_ns);
}

/* No thread has run since the sample before, and none wants to. */
static bool sleep_on(struct activity *activity, uint64_t before_ns, uint64_t now_ns,
		     uint64_t threshold_ns)
{
	uint64_t since_ns = activity->state == ACTIVITY_FROZEN || before_ns == 0 ? now_ns :
										   before_ns;

	/* It may have been woken by an event after the sample before. */
	if (since_ns < activity->since_ns)
		since_ns = activity->since_ns;
	if (activity->asleep_ns == 0)
		activity->asleep_ns = since_ns;
	if (now_ns - activity->asleep_ns < threshold_ns || activity->state == ACTIVITY_IDLE)
		return activity->state == ACTIVITY_UNKNOWN &&
		       enter(activity, ACTIVITY_ACTIVE, now_ns);
	return enter(activity, ACTIVITY_IDLE, activity->asleep_ns);
}

bool activity_take(struct activity *activity, const struct activity_sample *sample, uint64_t now_ns,
		   uint64_t threshold_ns)
{
	uint64_t before_ns = activity->sampled_ns;

	if (sample->code < 0)
		return false; /* unreadable is not idle */
	activity->sampled_ns = now_ns;
	if (sample->frozen) {
		activity->asleep_ns = 0;
		return enter(activity, ACTIVITY_FROZEN, now_ns);
	}
	if (sample->ran || sample->pid > 0)
		return stay_awake(activity, sample->pid, sample->letter, now_ns);
	return sleep_on(activity, before_ns, now_ns, threshold_ns);
}

uint64_t activity_last_span(const struct activity *activity)
{
	return activity->state == ACTIVITY_IDLE ? activity->last_active_ns : activity->last_idle_ns;
}

const char *activity_evidence(const struct activity *activity, char out[ACTIVITY_EVIDENCE_SIZE])
{
	if (activity->state == ACTIVITY_FROZEN)
		return "its scope is frozen";
	if (activity->state == ACTIVITY_IDLE)
		return "no thread has run, and none wants to";
	if (!activity->has_evidence)
		return "it could not be read yet";
	if (activity->pid == 0)
		return "a thread has run";
	(void)snprintf(out, ACTIVITY_EVIDENCE_SIZE, "thread %d is in state %c", (int)activity->pid,
		       activity->letter);
	return out;
}

uint64_t activity_total(const struct activity *activity, enum activity_state state, uint64_t now_ns)
{
	uint64_t ended = state == ACTIVITY_IDLE ? activity->idle_ns : activity->active_ns;

	return activity->state == state && now_ns > activity->since_ns ?
		       ended + (now_ns - activity->since_ns) :
		       ended;
}

uint64_t activity_due_ns(const struct activity *activity, uint64_t ran_ns, uint64_t interval_ns,
			 uint64_t threshold_ns)
{
	uint64_t pause = interval_ns, idle;

	if (activity->state == ACTIVITY_ACTIVE && ran_ns < interval_ns / 2 && threshold_ns < pause)
		pause = threshold_ns;
	if (activity->state == ACTIVITY_IDLE || activity->state == ACTIVITY_FROZEN) {
		idle = (activity->sampled_ns - activity->since_ns) / 8;
		if (idle > pause)
			pause = idle < SLOWEST_NS ? idle : SLOWEST_NS;
		if (pause < interval_ns)
			pause = interval_ns;
	}
	return activity->sampled_ns + pause;
}
