/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/tally.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/cleanup.h"
#include "base/text.h"

const uint64_t tally_bounds_usec[TALLY_BUCKETS] = {
	50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 100000, 1000000, 0,
};

static struct tally_row *row_of(struct supervisor *supervisor, const char *rule,
				const char *action, const char *result, bool dry_run)
{
	struct tally_row *row;

	LL_FOREACH (supervisor->tally.rows, row) {
		if (row->action == action && row->result == result && row->dry_run == dry_run &&
		    text_equal(row->rule, rule))
			return row;
	}
	row = calloc(1, sizeof(*row));
	if (row)
		*row = (struct tally_row){ strdup(rule), action, result, dry_run, 0, NULL };
	if (!row || !row->rule) {
		free(row);
		return NULL;
	}
	LL_APPEND(supervisor->tally.rows, row);
	return row;
}

static void count_latency(struct tally *tally, uint64_t usec)
{
	size_t i = 0;

	while (tally_bounds_usec[i] && usec > tally_bounds_usec[i])
		i++;
	tally->buckets[i]++;
	tally->latency_usec += usec;
}

void tally_count(struct supervisor *supervisor, const char *rule, const char *action,
		 const char *result, bool dry_run, uint64_t latency_usec)
{
	struct tally_row *row = row_of(supervisor, rule, action, result, dry_run);

	if (row)
		row->n++;
	if (latency_usec > 0)
		count_latency(&supervisor->tally, latency_usec);
}

void tally_done(struct supervisor *supervisor)
{
	struct tally_row *row, *next;

	LL_FOREACH_SAFE (supervisor->tally.rows, row, next) {
		free(row->rule);
		free(row);
	}
	supervisor->tally.rows = NULL;
}
