/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The daemon: makes the rooms in the order of their dependencies and runs the event loop.  State
 * that must outlive the daemon is kept in cgroupfs.
 */

#include "supervisor/service/options.h"

struct supervisor;

/* @options must outlive the result. */
int supervisor_new(const struct supervisor_options *options, struct supervisor **ret_supervisor,
		   struct slicectl_error *error);

/* Accepts NULL, returns NULL. */
struct supervisor *supervisor_free(struct supervisor *supervisor);

/* Runs until SIGTERM or SIGINT.  0, or -errno when it cannot continue. */
int supervisor_run(struct supervisor *supervisor, struct slicectl_error *error);

/* Scans once and acts on the running processes.  Returns the number of families, with those of an
 * earlier supervisor, or -errno. */
int supervisor_run_once(struct supervisor *supervisor, struct slicectl_error *error);

/* Replays a recording without acting on any process. */
int supervisor_run_replay(struct supervisor *supervisor, struct slicectl_error *error);

DEFINE_CLEANUP(struct supervisor, supervisor_free)
#define _cleanup_supervisor_ _cleanup_(cleanup_supervisor_free)
