/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Reloads the configuration while events are served.  The new one is loaded and checked completely
 * before it is used; with any problem the current one stays.  Families keep their rule and their
 * scope.  One scan matches all running processes with the new rules.
 */

#include "supervisor/service/service.h"

struct reload;

/* Who waits for the end of a reload.  It is embedded in what the caller frees in done(). */
struct reload_waiter {
	void (*done)(struct reload_waiter *waiter, const struct slicectl_error *error);
	struct reload_waiter *next, *prev;
};

struct reload *reload_new(struct service *service);

/* Begins a reload, or when one is under way another one after it, because that may have read the
 * files already.  @waiter, or NULL: is called when it has ended; error->code is 0 on success. */
void reload_begin(struct service *service, struct reload_waiter *waiter);

/* False when files are still being read; @reload must then stay.  Accepts NULL. */
bool reload_close(struct reload *reload);
