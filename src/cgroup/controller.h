/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Controllers as a set, and the files that list them. */

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* One bit per controller of the kernel, in the order of controller_name(). */
typedef uint32_t controller_set;

/* What slicectl enables unless told otherwise: the controllers that distribute
 * or limit a resource and that we have limits for. */
controller_set controller_default(void);

/* NULL behind the last one. */
const char *controller_name(size_t i);

/* Words separated by blanks; unknown ones are passed over (kernels grow). */
controller_set controller_parse(const char *text);

/* The same for what a person wrote: an unknown word is -EINVAL. */
int controller_parse_strict(const char *text, controller_set *ret_set, struct slicectl_error *error);

/* cgroup.controllers or cgroup.subtree_control of an open cgroup. */
int controller_read(int dirfd, const char *file, controller_set *ret_set);

/* Set of the one controller whose interface file this is by its prefix
 * ("memory.max"), or 0 for the core's ("cgroup.max.depth"). */
controller_set controller_of_file(const char *file);
