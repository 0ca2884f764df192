/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Reports writes to the hierarchy by others than its owners, which fanotify shows, and reverts them
 * if that is configured.  Writes by slicectld, by the owners, and writes that agree with the
 * configuration are not reported.
 */

#include "supervisor/act/act.h"

struct guard;

/* All parameters must outlive the result.  The guard is off until guard_apply(). */
int guard_new(struct node *node, struct families *families, struct report *report, struct act *act,
	      struct guard **ret_guard, struct slicectl_error *error);

/* Accepts NULL, returns NULL. */
struct guard *guard_free(struct guard *guard);

/* Turns the guard on or off as configured, at the start and after a reload.  Fails with -EPERM and
 * other errors, with a sentence. */
int guard_apply(struct guard *guard, struct slicectl_error *error);

/* Whether the guard is on. */
bool guard_is_on(const struct guard *guard);

/* Number of reported writes and moves by others than the owner. */
uint64_t guard_reported(const struct guard *guard);
