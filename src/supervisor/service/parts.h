/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The state that the files of this room share; private to the room. */

#include "supervisor/service/service.h"

struct lookup;
struct metrics_file;
struct reload;

struct service {
	struct service_rooms rooms;
	struct supervisor_options options;
	bool reload_failed;  /* the last reload failed */
	uint64_t refused_ns; /* CLOCK_REALTIME, when it failed */
	char refused[sizeof(((struct slicectl_error *)0)->message)]; /* and why */
	uint64_t started_ns;                                         /* CLOCK_REALTIME */
	uint64_t loaded_ns; /* CLOCK_REALTIME, when the current configuration was loaded */
	sd_event_source *watchdog;
	uint64_t watchdog_usec; /* timeout of the service manager's watchdog */
	struct lookup *lookup;
	struct metrics_file *metrics_file;
	struct reload *reload;
};
