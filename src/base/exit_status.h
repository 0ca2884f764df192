/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How the programs end.  The numbers are part of the interface (man pages). */

enum {
	EXIT_FAILED = 1,
	EXIT_DIFFERENT = 2, /* a difference or a finding */
	EXIT_NOT_FOUND = 3,
	EXIT_REFUSED = 4, /* owner or permission */
	EXIT_USAGE = 64,
	EXIT_CONFIG = 65,
	EXIT_UNAVAILABLE = 69, /* the daemon or a kernel feature is not there */
	EXIT_EXISTS = 73,
	EXIT_GAVE_UP = 75, /* time ran out; survivors were named */
};

/* From 0 or the negative errno of a function that took a slicectl_error. */
int exit_status(int code);
