/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/error.h"
#include "base/procfs.h"

/* Calls @visit for every process in the proc mount, in the order of the
 * directory.  One that vanishes, or cannot be read, hides no other.
 * A visitor that answers non-zero ends the scan with its answer. */
typedef int (*scan_visit)(const struct procfs_stat *stat, void *data);
int scan_processes(int proc_fd, scan_visit visit, void *data, struct slicectl_error *error);
