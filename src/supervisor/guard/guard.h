/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Writes to the tree by others than its owners, seen through fanotify: reported, and set right
 * where that is configured.  Writes by us, by the owners, and those that agree with the
 * configuration are not reported.
 */

#include "supervisor/act/act.h"

struct guard;

/* All of them must outlive it.  It is off until guard_apply(). */
int guard_new(struct node *node, struct families *families, struct report *report, struct act *act,
	      struct guard **ret_guard, struct slicectl_error *error);

/* Accepts NULL, returns NULL. */
struct guard *guard_free(struct guard *guard);

/* As configured, also after a reload.  -EPERM and others with a sentence. */
int guard_apply(struct guard *guard, struct slicectl_error *error);

/* Whether it watches. */
bool guard_is_on(const struct guard *guard);

/* Writes and moves by others than the owner that were reported. */
uint64_t guard_reported(const struct guard *guard);
