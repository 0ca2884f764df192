/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Whether a family is active or idle.  It is active while a thread of it runs, waits for a
 * processor or is in uninterruptible sleep, and idle when all have slept for a threshold.  Pure: a
 * sample and the time come in, and a change of the state comes out.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum activity_state {
	ACTIVITY_UNKNOWN, /* no sample could be taken yet */
	ACTIVITY_ACTIVE,
	ACTIVITY_IDLE,
	ACTIVITY_FROZEN, /* its scope is frozen, which is neither */
};

/* Times are of CLOCK_MONOTONIC, in nanoseconds. */
struct activity {
	enum activity_state state;
	uint64_t since_ns;                     /* of the state */
	uint64_t asleep_ns;                    /* since when no thread is runnable; 0: one is */
	uint64_t sampled_ns;                   /* the last sample */
	uint64_t to_active, to_idle;           /* number of changes */
	uint64_t last_active_ns, last_idle_ns; /* length of the last span that has ended */
	uint64_t active_ns, idle_ns;           /* all spans that have ended */
	bool has_evidence;
	pid_t pid; /* evidence: a thread that was runnable; 0: it had run since the sample before */
	char letter; /* its state in /proc */
};

struct activity_sample {
	int code; /* -errno: it could not be read, which says nothing */
	bool ran; /* a thread has run since the sample before */
	bool frozen;
	pid_t pid;   /* a thread that is runnable or in uninterruptible sleep; 0: none */
	char letter; /* its state in /proc */
};

/* Takes a sample.  Whether the state has changed. */
bool activity_take(struct activity *activity, const struct activity_sample *sample, uint64_t now_ns,
		   uint64_t threshold_ns);

/* A member has forked or executed a program, so it runs.  Whether the state has changed. */
bool activity_wake(struct activity *activity, uint64_t now_ns);

/* The length of the present span is added to what has ended. */
uint64_t activity_total(const struct activity *activity, enum activity_state state, uint64_t now_ns);

/* The length of the span of the other state that ended last. */
uint64_t activity_last_span(const struct activity *activity);

/* In words: "thread 12 is in state D". */
#define ACTIVITY_EVIDENCE_SIZE 64
const char *activity_evidence(const struct activity *activity, char out[ACTIVITY_EVIDENCE_SIZE]);

/* "unknown", "active", "idle" or "frozen". */
const char *activity_name(enum activity_state state);

/* When the next sample is due: soon after the family has run a little and may sleep now, every
 * @interval_ns otherwise, and less often the longer it is idle, up to a second. */
uint64_t activity_due_ns(const struct activity *activity, uint64_t ran_ns, uint64_t interval_ns,
			 uint64_t threshold_ns);
