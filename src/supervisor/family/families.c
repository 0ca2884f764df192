/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family/families.h"

#include <stdlib.h>
#include <utlist.h>

#include "supervisor/family/parts.h"

struct families *families_new(const struct node *node)
{
	struct families *families = calloc(1, sizeof(*families));

	if (!families)
		return NULL;
	families->node = node;
	families->unread = unread_new();
	return families->unread ? families : families_free(families);
}

struct families *families_free(struct families *families)
{
	if (!families)
		return NULL;
	while (families->list)
		family_forget(families, families->list);
	(void)sd_event_source_unref(families->release_timer);
	families->unread = unread_free(families->unread);
	free(families);
	return NULL;
}

void families_listen(struct families *families, void (*changed)(void *data), void *data)
{
	families->changed = changed;
	families->listener = data;
}

struct family *families_first(const struct families *families)
{
	return families->list;
}

size_t families_count(const struct families *families)
{
	const struct family *family;
	size_t n = 0;

	DL_FOREACH (families->list, family)
		n++;
	return n;
}

struct unread *families_unread(const struct families *families)
{
	return families->unread;
}
