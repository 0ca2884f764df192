/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who changes the tree: the supervisor, where it runs; else we, under the lock. */

#include <jansson.h>

#include "cli/context.h"
#include "control/verb.h"

/*
 * Asks the supervisor to do it.  1 when it was done, with what it said, which the caller
 * frees; 0 when there is none, or its hierarchy is another: then it is ours to do.
 */
int change_ask(struct invocation *invocation, enum scope_verb verb, const char *scope, uint64_t id,
	       json_t **ret_reply, struct slicectl_error *error);
