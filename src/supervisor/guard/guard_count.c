/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/guard/guard_count.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"

#define REPORT_USEC CLOCK_USEC_PER_SEC
#define FORGET_USEC (600 * CLOCK_USEC_PER_SEC)

/* A bound, so that endless creation of cgroups does not fill our memory with their names. */
enum { COUNTS_MAX = 1024 };

struct guard_count {
	char *path;
	unsigned reverts;
	bool contended; /* and reported as that */
	uint64_t reported_usec, last_usec;
	UT_hash_handle hh;
};

struct guard_count *guard_count_free(struct guard_count *counts)
{
	struct guard_count *count, *next;

	HASH_ITER (hh, counts, count, next) {
		HASH_DEL(counts, count);
		free(count->path);
		free(count);
	}
	return NULL;
}

static struct guard_count *count_of(struct guard_count **counts, const char *path)
{
	struct guard_count *count;

	HASH_FIND_STR(*counts, path, count);
	if (count)
		return count;
	if (HASH_COUNT(*counts) >= COUNTS_MAX)
		*counts = guard_count_free(*counts);
	count = calloc(1, sizeof(*count));
	if (count)
		count->path = strdup(path);
	if (!count || !count->path) {
		free(count);
		return NULL;
	}
	HASH_ADD_KEYPTR(hh, *counts, count->path, strlen(count->path), count);
	if (HASH_IS_IN(count))
		return count;
	free(count->path);
	free(count);
	return NULL;
}

static enum guard_step report_once_a_second(struct guard_count *count, uint64_t now_usec)
{
	if (count->reported_usec > 0 && now_usec < count->reported_usec + REPORT_USEC)
		return GUARD_SILENT;
	count->reported_usec = now_usec;
	return GUARD_TELL;
}

enum guard_step guard_count(struct guard_count **counts, const char *path, bool reverts,
			    uint64_t now_usec)
{
	struct guard_count *count = count_of(counts, path);

	if (!count)
		return GUARD_TELL;
	if (now_usec > count->last_usec + FORGET_USEC) {
		count->reverts = 0;
		count->contended = false;
	}
	count->last_usec = now_usec;
	if (!reverts)
		return report_once_a_second(count, now_usec);
	if (count->reverts++ < GUARD_REVERTS_MAX)
		return GUARD_REVERT;
	if (count->contended)
		return GUARD_SILENT;
	count->contended = true;
	return GUARD_CONTENDED;
}
