/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The options of the command line of slicectld. */

#include "config/config.h"

struct supervisor_options {
	struct config_source source;
	const char *cgroup_root; /* NULL: the cgroup2 mount */
	const char *proc_root;   /* the proc mount */
	const char *detector;    /* NULL: as configured */
	const char *record;      /* file to write a recording to, or NULL */
	const char *replay;      /* recording to take events from, or NULL */
	bool dry_run;
	bool activity;      /* it is observed also if the configuration does not say so */
	const char *notify; /* value of --notify-fd, or NULL */
	int notify_fd;      /* its number, which gets a newline when we are ready; or -1 */
	bool oneshot;       /* scan once, act and exit */
};
