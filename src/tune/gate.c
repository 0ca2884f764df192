/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tune/gate.h"

static const char *const names[_VERDICT_MAX] = {
	[VERDICT_OK] = "ok",
	[VERDICT_UNAVAILABLE] = "unavailable",
	[VERDICT_CONTENDED] = "contended",
	[VERDICT_PSI_IDLE] = "psi-idle",
	[VERDICT_COOLDOWN] = "cooldown",
	[VERDICT_SUBJECT_IDLE] = "subject-idle",
	[VERDICT_SUBJECT_BUSY] = "subject-busy",
	[VERDICT_BOUNDS] = "bounds",
	[VERDICT_DRY_RUN] = "dry-run",
};

enum { IDLE_CPU = 100, IDLE_BYTES = 1024 * 1024 };

const char *verdict_name(enum verdict verdict)
{
	return names[verdict];
}

bool gate_is_idle(enum lever lever, uint64_t use)
{
	switch (lever) {
	case LEVER_CPU_WEIGHT:
	case LEVER_CPU_MAX:
	case LEVER_FREEZE:
		return use < IDLE_CPU;
	case LEVER_MEMORY_HIGH:
		return use < IDLE_BYTES;
	default:
		return false;
	}
}

enum verdict gate_ask(const struct gate_question *question)
{
	if (!question->has_signal || !question->has_file)
		return VERDICT_UNAVAILABLE;
	if (question->is_owned || question->now_ns < question->contended_ns)
		return VERDICT_CONTENDED;
	if (!question->presses)
		return VERDICT_PSI_IDLE;
	if (question->written_ns > 0 &&
	    question->now_ns < question->written_ns + question->cooldown_ns)
		return VERDICT_COOLDOWN;
	if (question->is_idle)
		return VERDICT_SUBJECT_IDLE;
	return question->has_room ? VERDICT_OK : VERDICT_BOUNDS;
}
