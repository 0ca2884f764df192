/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How a process exited: decodes and classifies the wait status of its exit event.
 * Pure. */

#include <stdbool.h>
#include <stdint.h>

enum ending_class {
	ENDING_NORMAL,   /* status 0 */
	ENDING_ABNORMAL, /* another status */
	ENDING_GRACEFUL, /* TERM, INT or HUP: it was asked to exit */
	ENDING_BENIGN,   /* PIPE: the reader of its output went away */
	ENDING_CRASH,    /* any other signal, including KILL */
	_ENDING_CLASS_MAX,
};

struct ending {
	enum ending_class class;
	int status; /* 0 to 255 */
	int signal; /* 0: no signal killed it */
	bool core;  /* it dumped core */
};

struct ending ending_decode(uint32_t wait_status);

/* "normal", "abnormal", … */
const char *ending_name(enum ending_class class);

/* Whether the class is ENDING_CRASH or ENDING_ABNORMAL. */
bool ending_is_crash(const struct ending *ending);
