/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The daemon: the rooms, made in the order in which one needs the other.  What must outlive it is
 * in cgroupfs.
 */

#include "supervisor/service/options.h"

struct supervisor;

/* @options must outlive it. */
int supervisor_new(const struct supervisor_options *options, struct supervisor **ret_supervisor,
		   struct slicectl_error *error);

/* Accepts NULL, returns NULL. */
struct supervisor *supervisor_free(struct supervisor *supervisor);

/* Serves until SIGTERM or SIGINT.  0, or a negative errno when it cannot go on. */
int supervisor_run(struct supervisor *supervisor, struct slicectl_error *error);

/* Acts on what runs now.  Returns the number of families, also of an earlier supervisor, or
 * -errno. */
int supervisor_run_once(struct supervisor *supervisor, struct slicectl_error *error);

/* Takes the events of a recording, and acts on nothing. */
int supervisor_run_replay(struct supervisor *supervisor, struct slicectl_error *error);

DEFINE_CLEANUP(struct supervisor, supervisor_free)
#define _cleanup_supervisor_ _cleanup_(cleanup_supervisor_free)
