/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The control socket: clients, each with what it said and what it has yet to read.  Nobody
 * is waited for: a client that says too much, or reads too slowly, is sent away.
 */

#include "supervisor/supervisor.h"

/* Listens below the prefix of --root; the supervisor's lock is held.  A place that cannot
 * be written is a warning: the supervisor works without. */
void socket_open(struct supervisor *supervisor);
void socket_close(struct supervisor *supervisor);
