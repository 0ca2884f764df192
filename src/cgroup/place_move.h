/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Moves a process to a cgroup, and makes sure that it was that process. */

#include "cgroup/place.h"
#include "cgroup/stray.h"

/* Moves a held process there and verifies it; see slicectl_scope_move().  If it exited meanwhile and
 * another process that has its pid now was moved instead, that one is put back; @ret_stray, which
 * may be NULL, tells. */
int place_held(struct slicectl_hierarchy *hierarchy, const struct place *place,
	       const struct held_process *held, struct stray *ret_stray,
	       struct slicectl_error *error);
