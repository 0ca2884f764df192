/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where a process is: its cgroup, and who made that, as the kernel, the marks and the configuration
 * tell it.  Needs no supervisor. */

#include <jansson.h>

#include "cli/invocation.h"

/* Adds to @object: cgroup, path, owner, made_by, unit, unit_stays and limits; null for what is not
 * known.  -ESRCH with a sentence when there is no such process. */
int whereabouts_add(struct invocation *invocation, pid_t pid, json_t *object,
		    struct slicectl_error *error);

void whereabouts_print(const json_t *object);
