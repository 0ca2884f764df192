/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The daemon: owns every service below it and carries data between them.  All of
 * its state hangs off this struct; what must outlive it is in cgroupfs.
 */

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "config/config.h"
#include "control/audit.h"
#include "process/connector.h"
#include "process/table.h"

struct supervised;

struct supervisor_options {
	struct config_source source;
	const char *cgroup_root; /* NULL: the cgroup2 mount */
	const char *proc_root;   /* the proc mount */
	bool dry_run;
};

struct supervisor {
	sd_event *loop;
	struct config *config;
	struct slicectl_hierarchy *hierarchy;
	int proc_fd;
	int lock_fd; /* one supervisor on a node */
	bool dry_run;
	struct connector connector;
	struct process_table table;
	struct audit audit;
	struct supervised *families; /* list */
	sd_event_source *release_timer, *retry_timer;
	bool rescan_due;
	struct {
		uint64_t placed, killed, monitored, failed, late, resyncs;
	} counters;
};

int supervisor_new(const struct supervisor_options *options, struct supervisor **ret_supervisor,
		   struct slicectl_error *error);
struct supervisor *supervisor_free(struct supervisor *supervisor);

/* Serves until SIGTERM or SIGINT.  0, or a negative errno when it cannot go on. */
int supervisor_run(struct supervisor *supervisor, struct slicectl_error *error);

DEFINE_CLEANUP(struct supervisor, supervisor_free)
#define _cleanup_supervisor_ _cleanup_(cleanup_supervisor_free)
