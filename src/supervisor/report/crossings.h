/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Records that a watch of the configuration has seen a level crossed. */

#include "supervisor/report/report.h"

struct crossing_told {
	const char *watch;                 /* its name */
	const struct procfs_stat *subject; /* pid 0: it is not of a process */
	const struct family *family;       /* that the process is in, or NULL */
	const char *scope;                 /* the cgroup, or that of the process; or NULL */
	struct record_crossing crossing;
};

void crossings_report(struct report *report, const struct crossing_told *told);
