/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/refusals.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/hash.h"

enum { RECORDED_PER_SECOND = 10, RECORDED_OF_ALL = 50, USERS_MAX = 256 };

struct refused {
	uid_t uid;
	uint64_t second;
	unsigned n;          /* refusals in that second */
	unsigned unrecorded; /* not recorded yet, also of earlier seconds */
	UT_hash_handle hh;
};

struct refusals {
	struct refused *users; /* by uid */
	uint64_t second;       /* in which the next member counts */
	unsigned recorded;     /* records in that second, of all users */
};

static void forget_users(struct refusals *refusals)
{
	struct refused *refused, *next;

	HASH_ITER (hh, refusals->users, refused, next) {
		HASH_DEL(refusals->users, refused);
		free(refused);
	}
}

struct refusals *refusals_new(void)
{
	return calloc(1, sizeof(struct refusals));
}

struct refusals *refusals_free(struct refusals *refusals)
{
	if (refusals)
		forget_users(refusals);
	free(refusals);
	return NULL;
}

static struct refused *refused_of(struct refusals *refusals, uid_t uid)
{
	struct refused *refused;

	HASH_FIND(hh, refusals->users, &uid, sizeof(uid), refused);
	if (refused)
		return refused;
	if (HASH_COUNT(refusals->users) >= USERS_MAX)
		forget_users(refusals);
	refused = calloc(1, sizeof(*refused));
	if (!refused)
		return NULL;
	refused->uid = uid;
	HASH_ADD(hh, refusals->users, uid, sizeof(refused->uid), refused);
	if (HASH_IS_IN(refused))
		return refused;
	free(refused);
	return NULL;
}

static void begin_second(struct refusals *refusals, struct refused *refused, uint64_t second)
{
	if (refused->second != second) {
		refused->second = second;
		refused->n = 0;
	}
	if (refusals->second != second) {
		refusals->second = second;
		refusals->recorded = 0;
	}
}

bool refusals_count(struct refusals *refusals, uid_t uid, uint64_t now_usec, unsigned *ret_others)
{
	struct refused *refused = refused_of(refusals, uid);

	*ret_others = 0;
	if (!refused)
		return false;
	begin_second(refusals, refused, now_usec / CLOCK_USEC_PER_SEC);
	if (++refused->n > RECORDED_PER_SECOND || refusals->recorded >= RECORDED_OF_ALL) {
		refused->unrecorded++;
		return false;
	}
	refusals->recorded++;
	*ret_others = refused->unrecorded;
	refused->unrecorded = 0;
	return true;
}
