/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of this room share, and nobody else sees. */

#include "supervisor/service/service.h"

struct metrics_file;

struct service {
	struct service_rooms rooms;
	struct supervisor_options options;
	uint64_t given_up;  /* capabilities that we had, as bits */
	bool reload_failed; /* the last one */
	uint64_t loaded_ns; /* CLOCK_REALTIME, of the configuration in force */
	sd_event_source *watchdog;
	uint64_t watchdog_usec; /* the service manager's patience */
	struct metrics_file *metrics_file;
};
