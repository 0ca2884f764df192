/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What slicectld was started with. */

#include "config/config.h"

struct supervisor_options {
	struct config_source source;
	const char *cgroup_root; /* NULL: the cgroup2 mount */
	const char *proc_root;   /* the proc mount */
	const char *detector;    /* NULL: as configured */
	const char *record;      /* file to write a recording to, or NULL */
	const char *replay;      /* recording to take events from, or NULL */
	bool dry_run;
	const char *notify; /* the descriptor of --notify-fd as it was given, */
	int notify_fd;      /* and its number: gets a newline when we are ready; -1 */
	bool oneshot;       /* one scan, and what follows from it */
};
