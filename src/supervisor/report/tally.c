/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

const uint64_t tally_bounds_usec[TALLY_BUCKETS] = {
	50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 100000, 1000000, 0,
};

struct tally {
	struct tally_row *rows; /* hash by key */
	uint64_t buckets[TALLY_BUCKETS], latency_usec;
};

static struct tally_row *row_of(struct tally *tally, const char *rule, const char *action,
				const char *result, bool dry_run)
{
	_cleanup_free_ char *key = text_format("%s %s %s %d", rule, action, result, (int)dry_run);
	struct tally_row *row = NULL;

	if (key)
		HASH_FIND_STR(tally->rows, key, row);
	if (row || !key)
		return row;
	row = calloc(1, sizeof(*row));
	if (row)
		*row = (struct tally_row){ .key = TAKE_PTR(key),
					   .rule = strdup(rule),
					   .action = action,
					   .result = result,
					   .dry_run = dry_run };
	if (!row || !row->rule) {
		if (row)
			free(row->key);
		free(row);
		return NULL;
	}
	HASH_ADD_KEYPTR(hh, tally->rows, row->key, strlen(row->key), row);
	if (HASH_IS_IN(row))
		return row;
	free(row->key);
	free(row->rule);
	free(row);
	return NULL;
}

static void count_latency(struct tally *tally, uint64_t usec)
{
	size_t i = 0;

	while (tally_bounds_usec[i] && usec > tally_bounds_usec[i])
		i++;
	tally->buckets[i]++;
	tally->latency_usec += usec;
}

void tally_count(struct tally *tally, const char *rule, const char *action, const char *result,
		 bool dry_run, uint64_t latency_usec)
{
	struct tally_row *row = row_of(tally, rule, action, result, dry_run);

	if (row)
		row->n++;
	if (latency_usec > 0)
		count_latency(tally, latency_usec);
}

const struct tally_row *tally_rows(const struct tally *tally)
{
	return tally->rows;
}

const uint64_t *tally_buckets(const struct tally *tally, uint64_t *ret_latency_usec)
{
	*ret_latency_usec = tally->latency_usec;
	return tally->buckets;
}

struct tally *tally_new(void)
{
	return calloc(1, sizeof(struct tally));
}

struct tally *tally_free(struct tally *tally)
{
	struct tally_row *row, *next;

	if (!tally)
		return NULL;
	HASH_ITER (hh, tally->rows, row, next) {
		HASH_DEL(tally->rows, row);
		free(row->key);
		free(row->rule);
		free(row);
	}
	free(tally);
	return NULL;
}
