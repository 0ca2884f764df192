/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Private to the files of this room. */

#include "supervisor/family/families.h"
#include "supervisor/family/shared_scope.h"

struct families {
	const struct node *node;
	struct family *list;
	struct shared_scope *scopes; /* by path */
	struct unread *unread;
	void (*changed)(void *data); /* NULL: nobody listens */
	void *listener;
	sd_event_source *release_timer; /* NULL before release_timer_open() */
};
