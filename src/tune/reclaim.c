/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tune/reclaim.h"

#include <errno.h>

#include "base/clock.h"

#define PAUSE_NS (30 * CLOCK_NSEC_PER_SEC)
#define PAUSE_MAX_NS (600 * CLOCK_NSEC_PER_SEC)

enum { WHOLE = 10000 };

/* The kernel reclaims whole pages; less than the least is not worth a write.  A write cannot be ended
 * before the kernel is done, so the most is what it does in a moment. */
enum { STEP_LEAST = 64 * 1024, STEP_MOST = 64 * 1024 * 1024 };

enum { FLOOR = 1024 * 1024 };

void reclaim_follow(struct reclaim *reclaim, const struct policy_spec *spec,
		    const struct reclaim_look *look)
{
	bool is_idle = look->has_cpu && gate_is_idle(LEVER_CPU_WEIGHT, look->cpu);

	if (!is_idle) /* what it has touched is new */
		reclaim->idle_ns = reclaim->paused_ns = reclaim->pause_ns = 0;
	else if (reclaim->idle_ns == 0)
		reclaim->idle_ns = look->now_ns;
	if (look->has_signal && look->signal >= spec->above)
		reclaim->presses = true;
	else if (look->has_signal && look->signal < spec->below)
		reclaim->presses = false;
}

static uint64_t bytes_of(const struct policy_spec *spec, uint64_t memory)
{
	uint64_t floor = spec->floor > 0 ? spec->floor : FLOOR;
	uint64_t part = (uint64_t)-spec->step;
	uint64_t step = memory / WHOLE * part + memory % WHOLE * part / WHOLE;
	uint64_t room = memory > floor ? memory - floor : 0;
	uint64_t bytes = step < room ? step : room;

	if (bytes < STEP_LEAST)
		return 0;
	return bytes < STEP_MOST ? bytes : STEP_MOST;
}

enum verdict reclaim_ask(struct reclaim *reclaim, const struct policy_spec *spec,
			 const struct reclaim_look *look, uint64_t *ret_bytes)
{
	uint64_t bytes;

	reclaim_follow(reclaim, spec, look);
	if (!look->has_signal || !look->has_memory || reclaim->is_missing)
		return VERDICT_UNAVAILABLE;
	if (reclaim->presses || reclaim->idle_ns == 0 ||
	    look->now_ns - reclaim->idle_ns < spec->lasting_ns)
		return VERDICT_SUBJECT_BUSY;
	if (look->now_ns < reclaim->paused_ns ||
	    (reclaim->asked_ns > 0 && look->now_ns < reclaim->asked_ns + spec->cooldown_ns))
		return VERDICT_COOLDOWN;
	bytes = bytes_of(spec, look->memory);
	if (bytes == 0)
		return VERDICT_BOUNDS;
	reclaim->bytes = bytes;
	reclaim->memory = look->memory;
	*ret_bytes = bytes;
	return VERDICT_OK;
}

void reclaim_done(struct reclaim *reclaim, int code, uint64_t memory, uint64_t now_ns)
{
	uint64_t next_ns = reclaim->pause_ns > 0 ? 2 * reclaim->pause_ns : PAUSE_NS;
	bool enough = code == 0 && memory + reclaim->bytes / 2 <= reclaim->memory;

	reclaim->is_missing = code == -EOPNOTSUPP;
	reclaim->asked_ns = now_ns;
	reclaim->pause_ns = enough ? 0 : next_ns < PAUSE_MAX_NS ? next_ns : PAUSE_MAX_NS;
	reclaim->paused_ns = enough ? 0 : now_ns + reclaim->pause_ns;
}
