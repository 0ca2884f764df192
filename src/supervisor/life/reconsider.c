/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/reconsider.h"

#include <utlist.h>

#include "supervisor/act/retry.h"
#include "supervisor/life/parts.h"

static bool is_any_inside(const struct family *family)
{
	const struct process *member;

	DL_FOREACH2 (family->members.first, member, next_member) {
		if (member->inside)
			return true;
	}
	return false;
}

void reconsider_failed(struct life *life)
{
	struct family *family, *next;

	DL_FOREACH_SAFE (families_first(life->families), family, next) {
		if ((family->failure.code < 0 || family->refused) && family->changes == 0 &&
		    family->signal == 0 && !family->has_kill_scope && !is_any_inside(family))
			family_forget(life->families, family);
	}
	retry_now(life->act);
}
