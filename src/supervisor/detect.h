/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which detector tells us of processes. */

#include "supervisor/supervisor.h"

/*
 * Opens the detector that @name, or without one the configuration, asks for.  auto
 * is netlink, and where that cannot work poll, with a warning; one that was named
 * and cannot work is an error.
 */
int detect_open(struct supervisor *supervisor, const char *name, struct slicectl_error *error);

/* After the first look: events are served from now on. */
/* Whether it is proved that processes are noticed. */
bool detect_is_alive(struct supervisor *supervisor);

int detect_start(struct supervisor *supervisor);
void detect_stop(struct supervisor *supervisor);
