/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How a process ended: the wait status of its exit event in words (B-60).  Pure. */

#include <stdbool.h>
#include <stdint.h>

enum ending_class {
	ENDING_NORMAL,   /* status 0 */
	ENDING_ABNORMAL, /* another status */
	ENDING_GRACEFUL, /* TERM, INT or HUP: it was asked to */
	ENDING_BENIGN,   /* PIPE: its reader went away */
	ENDING_CRASH,    /* any other signal, KILL too */
	_ENDING_CLASS_MAX,
};

struct ending {
	enum ending_class class;
	int status; /* 0 to 255 */
	int signal; /* 0: it exited by itself */
	bool core;  /* it left a core dump */
};

struct ending ending_decode(uint32_t wait_status);

/* "normal", "abnormal", … */
const char *ending_name(enum ending_class class);

/* Whether somebody should look into it. */
bool ending_is_crash(const struct ending *ending);
