/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/leftover.h"

#include "supervisor/family/shared_scope.h"

bool leftover_is_nothing(const struct family *family, bool is_unsettled)
{
	const struct shared_scope *scope = family->scope;

	return family->changes == 0 && !is_unsettled && !family->has_kill_scope &&
	       (!scope || scope->families > 1 || !scope->owned);
}

bool leftover_lingers(struct family *family, uint64_t now_usec, uint64_t *ret_until_usec)
{
	struct shared_scope *scope = family->scope;
	uint64_t linger_usec = family->rule->linger_usec;

	if (linger_usec == 0)
		return false;
	if (scope->empty_usec == 0)
		scope->empty_usec = now_usec;
	if (now_usec >= scope->empty_usec + linger_usec)
		return false;
	*ret_until_usec = scope->empty_usec + linger_usec;
	return true;
}
