/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The users and groups of a configuration.  One that nobody knows yet matches no process and no
 * caller: a rule without any other is off, and everything else works.
 */

#include "config/config.h"

/* Looks up all of them; what is not answered in time is taken from @before, which may be NULL.
 * Adds a warning about each that is unknown or ambiguous.  -ENOMEM. */
int people_look_up(struct config *config, const struct accounts *before, uint64_t timeout_usec);

/* Puts the answers into force in rules, owners, readers and emergency users.  -ENOMEM. */
int people_settle(struct config *config);

/* Adds a warning about each that is unknown or ambiguous. */
void people_warn(const struct config *config, struct problem_list *warnings);
