/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reads the changes of names, for life/early_rename.h, over a socket of its own.  A flood of them is
 * skipped, because any user can cause one; rules by name then decide by the name that was read. */

#include "base/error.h"

struct detect;
struct renames;

/* @catch_up is called with @data before changes are read, to take all other events: a change counts
 * only after its exec. */
int renames_new(struct detect *detect, void (*catch_up)(void *data), void *data,
		struct renames **ret_renames, struct slicectl_error *error);

/* Accepts NULL, returns NULL. */
struct renames *renames_free(struct renames *renames);
