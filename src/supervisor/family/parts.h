/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of this room share, and nobody else sees. */

#include "supervisor/family/families.h"
#include "supervisor/family/shared_scope.h"

struct families {
	const struct node *node;
	struct family *list;
	struct shared_scope *scopes; /* by path */
	struct unread *unread;
	sd_event_source *release_timer; /* NULL: not opened */
};
