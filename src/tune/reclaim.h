/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The action memory_reclaim: how much memory of one cgroup the kernel is asked to reclaim now.  Only an
 * idle cgroup is asked for memory, a step at a time, and only while its pressure is low: what it still
 * needs is read back, which is pressure.  Nothing is set, so there is nothing to restore.  Pure.
 */

#include "tune/gate.h"
#include "tune/policy.h"

struct reclaim {
	uint64_t idle_ns;   /* since when it is idle; 0: it is not */
	bool presses;       /* the signal was above its level, and not below since */
	bool is_missing;    /* the kernel cannot do it */
	uint64_t asked_ns;  /* the end of the last step; 0: there was none */
	uint64_t bytes;     /* that were asked for then, */
	uint64_t memory;    /* of so much */
	uint64_t paused_ns; /* until then it is left alone */
	uint64_t pause_ns; /* how long it was left alone the last time; 0: there was more to reclaim */
};

/* One look at the cgroup. */
struct reclaim_look {
	bool has_signal, has_cpu, has_memory; /* it could be read */
	uint64_t signal;                      /* in its unit */
	uint64_t cpu;                         /* hundredths of a percent of one CPU */
	uint64_t memory;                      /* memory.current */
	uint64_t now_ns;                      /* CLOCK_MONOTONIC */
};

/* Takes a look while a step is under way. */
void reclaim_follow(struct reclaim *reclaim, const struct policy_spec *spec,
		    const struct reclaim_look *look);

/* VERDICT_OK: @ret_bytes are to be reclaimed: what a step is, but at most 64M at once, and not more than
 * what is above the floor. */
enum verdict reclaim_ask(struct reclaim *reclaim, const struct policy_spec *spec,
			 const struct reclaim_look *look, uint64_t *ret_bytes);

/* The step is done, with @code, and so much memory is in use now.  When that is not less by at least half
 * of what was asked for, it is left alone for a while, the next time for twice as long. */
void reclaim_done(struct reclaim *reclaim, int code, uint64_t memory, uint64_t now_ns);
