/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/error.h"
#include "base/procfs.h"

/* Calls @visit for every process in the proc mount, in the order of the
 * directory.  One that vanishes, or cannot be read, hides no other.
 * A visitor that answers non-zero ends the scan with its answer.
 *
 * @looked_ns is the CLOCK_MONOTONIC time just before the look: an event that is
 * older is of what was there before, one that is younger came after. */
typedef int (*scan_visit)(const struct procfs_stat *stat, uint64_t looked_ns, void *data);
int scan_processes(int proc_fd, scan_visit visit, void *data, struct slicectl_error *error);
