/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The metrics in a file, for the textfile collector of node_exporter: written aside and
 * renamed, so that nobody reads half of it.  A disk that hangs holds up nothing else. */

#include "supervisor/service/service.h"

struct metrics_file;

struct metrics_file *metrics_file_new(struct service *service);

/* As configured, also after a reload; without metrics-file nothing. */
void metrics_file_schedule(struct metrics_file *file);

/* Whether the last write is done, and it is freed; see worker_abandon().  Accepts NULL. */
bool metrics_file_close(struct metrics_file *file);
