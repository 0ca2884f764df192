/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Exit statuses of the programs.  The numbers are part of the interface (man pages). */

enum {
	EXIT_FAILED = 1,
	EXIT_DIFFERENT = 2, /* a difference or a finding */
	EXIT_NOT_FOUND = 3,
	EXIT_REFUSED = 4, /* by the owner of the path, or by permissions */
	EXIT_USAGE = 64,
	EXIT_CONFIG = 65,
	EXIT_UNAVAILABLE = 69, /* the daemon or a kernel feature is not available */
	EXIT_EXISTS = 73,
	EXIT_GAVE_UP = 75, /* timeout; survivors were listed */
};

/* The exit status for 0 or a negative errno of a function that takes a
 * slicectl_error. */
int exit_status(int code);
