/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Writes the metrics to a file for the textfile collector of node_exporter.  The file is written
 * under another name and renamed, so that no reader sees half of it.  A disk that hangs delays
 * nothing else. */

#include "supervisor/service/service.h"

struct metrics_file;

struct metrics_file *metrics_file_new(struct service *service);

/* Starts to write as configured, also after a reload.  Writes nothing without metrics-file. */
void metrics_file_schedule(struct metrics_file *file);

/* Frees @file unless a write is still running, and returns whether it did; see worker_abandon().
 * Accepts NULL. */
bool metrics_file_close(struct metrics_file *file);
