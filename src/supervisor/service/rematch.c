/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/rematch.h"

#include "supervisor/service/parts.h"

/* The scan emits an exec for each process without a known image. */
void rematch(struct service *service, enum loss_cause cause)
{
	struct node *node = service->rooms.node;

	table_forget_images(&node->table);
	loss_note(&node->loss, cause);
	detect_scan_soon(service->rooms.detect);
}
