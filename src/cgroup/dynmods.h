/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The mount option favordynmods of cgroup2 (Linux 6.0): moves do not wait for a grace
 * period, forks and exits cost a little more. */

#include "base/error.h"

struct slicectl_hierarchy;

/* 1 when the hierarchy is mounted with it, else 0; or -errno. */
int dynmods_are_favored(const struct slicectl_hierarchy *hierarchy);

/*
 * Adds it to the options of the mount, and leaves the others as they are.  From Linux
 * 6.18 on only a reboot takes it back.  -EOPNOTSUPP before 6.0, and in a container.
 */
int dynmods_favor(struct slicectl_hierarchy *hierarchy, struct slicectl_error *error);
