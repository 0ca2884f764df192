/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The capabilities of the threads of slicectld.  Capabilities belong to a thread, so a reload that
 * changes them cannot change them for other threads: it publishes the set, and each thread follows
 * before its next job.
 */

#include <stdint.h>

#define PRIVILEGE_BIT(capability) (UINT64_C(1) << (capability))

struct privilege {
	uint64_t permitted;         /* may be made effective later */
	_Atomic uint64_t effective; /* wanted for every thread; 0: not reduced yet */
};

/* The effective capabilities of the calling thread, as bits. */
uint64_t privilege_held(void);

/* Reduces the calling thread to @effective, and what it can regain to @permitted.  To be called
 * before another thread is started. */
void privilege_reduce(struct privilege *privilege, uint64_t permitted, uint64_t effective);

/* Makes other permitted capabilities effective, for the calling thread at once. */
void privilege_change(struct privilege *privilege, uint64_t effective);

/* For another thread: does the same for itself unless @applied, which it keeps, shows that it has
 * done so.  @privilege may be NULL. */
void privilege_follow(const struct privilege *privilege, uint64_t *applied);
