/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The mount option favordynmods of cgroup2 (Linux 6.0): moves do not wait for a grace
 * period of RCU, but forks and exits cost a little more. */

#include "base/error.h"

struct slicectl_hierarchy;

/* 1 when the hierarchy is mounted with the option, 0 when it is not, or -errno. */
int dynmods_are_favored(const struct slicectl_hierarchy *hierarchy);

/*
 * Adds the option to the mount and keeps the other options.  Since Linux 6.18 only a
 * reboot removes it.  -EOPNOTSUPP before Linux 6.0 and in a container.
 */
int dynmods_favor(struct slicectl_hierarchy *hierarchy, struct slicectl_error *error);
