/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The gate of nudges: whether one target may be changed now.  Every refusal has a name, is counted
 * and shown.  Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "tune/lever.h"

enum verdict {
	VERDICT_OK,
	VERDICT_UNAVAILABLE,  /* the signal or the interface file is not there */
	VERDICT_CONTENDED,    /* someone else, or another policy, writes the file */
	VERDICT_PSI_IDLE,     /* the signal is not above its level */
	VERDICT_COOLDOWN,     /* it was changed a moment ago */
	VERDICT_SUBJECT_IDLE, /* it uses so little that a change does not help */
	VERDICT_SUBJECT_BUSY, /* it runs, or is under pressure: nothing is taken from it */
	VERDICT_BOUNDS,       /* it is at its floor or ceiling */
	VERDICT_DRY_RUN,
	_VERDICT_MAX,
};

/* "ok", "unavailable", … */
const char *verdict_name(enum verdict verdict);

struct gate_question {
	bool has_signal;
	bool presses;          /* the signal is above the level of the policy */
	bool has_file;         /* the interface file can be read */
	bool is_owned;         /* another policy has changed it */
	uint64_t contended_ns; /* until then it is left alone; 0: it is not */
	uint64_t written_ns;   /* the last change; 0: there was none */
	uint64_t cooldown_ns;
	bool is_idle;
	bool has_room; /* the next value differs from the present one */
	uint64_t now_ns;
};

/* Whether a cgroup that uses so much of what the lever limits is worth no change: hundredths of a percent
 * of one CPU, or bytes.  What is not limited by use, or not known, is never idle. */
bool gate_is_idle(enum lever lever, uint64_t use);

enum verdict gate_ask(const struct gate_question *question);
