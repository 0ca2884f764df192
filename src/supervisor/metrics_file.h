/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The metrics in a file, for the textfile collector of node_exporter: written aside and
 * renamed, so that nobody reads half of it.  A disk that hangs holds up nothing else. */

#include "supervisor/supervisor.h"

/* As configured, also after a reload; without metrics-file nothing. */
void metrics_file_schedule(struct supervisor *supervisor);

/* Whether the last write is done; see worker_abandon(). */
bool metrics_file_close(struct supervisor *supervisor);
