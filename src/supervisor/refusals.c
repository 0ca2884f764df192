/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/refusals.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"
#include "supervisor/report.h"

enum { TOLD_PER_SECOND = 10, TOLD_OF_ALL = 50, USERS_MAX = 256 };

struct refused {
	uid_t uid;
	uint64_t second;
	unsigned n;
	UT_hash_handle hh;
};

void refusals_done(struct supervisor *supervisor)
{
	struct refused *refused, *next;

	HASH_ITER (hh, supervisor->refused, refused, next) {
		HASH_DEL(supervisor->refused, refused);
		free(refused);
	}
}

static struct refused *refused_of(struct supervisor *supervisor, uid_t uid)
{
	struct refused *refused;

	HASH_FIND(hh, supervisor->refused, &uid, sizeof(uid), refused);
	if (refused)
		return refused;
	if (HASH_COUNT(supervisor->refused) >= USERS_MAX)
		refusals_done(supervisor);
	refused = calloc(1, sizeof(*refused));
	if (!refused)
		return NULL;
	refused->uid = uid;
	HASH_ADD(hh, supervisor->refused, uid, sizeof(refused->uid), refused);
	if (HASH_IS_IN(refused))
		return refused;
	free(refused);
	return NULL;
}

static void tell_others(struct supervisor *supervisor, const struct refused *refused)
{
	_cleanup_free_ char *actor = text_format("uid:%u", (unsigned)refused->uid);
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	(void)error_set(&error, EPERM, "%u more were refused", refused->n - TOLD_PER_SECOND);
	if (actor)
		report_refusal(supervisor, "refusals", actor, -EPERM, &error);
}

bool refusals_tell(struct supervisor *supervisor, uid_t uid)
{
	uint64_t second = clock_now_usec() / CLOCK_USEC_PER_SEC;
	struct refused *refused = refused_of(supervisor, uid);

	if (!refused)
		return false;
	if (refused->second != second) {
		if (refused->n > TOLD_PER_SECOND)
			tell_others(supervisor, refused);
		refused->second = second;
		refused->n = 0;
	}
	if (supervisor->refused_second != second) {
		supervisor->refused_second = second;
		supervisor->refused_told = 0;
	}
	if (++refused->n > TOLD_PER_SECOND || supervisor->refused_told >= TOLD_OF_ALL)
		return false;
	supervisor->refused_told++;
	return true;
}
