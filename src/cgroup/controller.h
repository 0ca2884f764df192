/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Sets of controllers, and the files that list controllers. */

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* One bit per controller of the kernel, in the order of controller_name(). */
typedef uint32_t controller_set;

/* The controllers that slicectl enables by default: those that distribute or limit a
 * resource and that have limits in slicectl_limits_set(). */
controller_set controller_default(void);

/* The name of the @i-th controller; NULL after the last one. */
const char *controller_name(size_t i);

/* Parses words separated by blanks; unknown words are skipped, because newer kernels
 * have more controllers. */
controller_set controller_parse(const char *text);

/* Same for text typed by a person: -EINVAL for an unknown word. */
int controller_parse_strict(const char *text, controller_set *ret_set, struct slicectl_error *error);

/* Reads cgroup.controllers or cgroup.subtree_control of an open cgroup. */
int controller_read(int dirfd, const char *file, controller_set *ret_set);

/* The set with the controller of an interface file, by its prefix ("memory.max"); 0 for
 * files of the cgroup core ("cgroup.max.depth"). */
controller_set controller_of_file(const char *file);
