/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/metrics_watch.h"

#include <inttypes.h>

#include "base/text.h"
#include "supervisor/service/parts.h"

static void put(const struct metrics_page *page, const char *name, const char *type,
		const char *help, uint64_t value)
{
	metrics_put_header(page, name, type, help);
	(void)fprintf(page->out, METRICS_PREFIX "%s%s %" PRIu64 "\n", name,
		      text_equal(type, "counter") ? "_total" : "", value);
}

void metrics_put_watches(const struct metrics_page *page)
{
	const struct watches_counts counts = watches_counts(page->service->rooms.watches);

	put(page, "watches", "gauge", "Watches of levels, of clients and of the configuration.",
	    counts.watches);
	put(page, "watched_values", "gauge", "Resources of processes and cgroups that are watched.",
	    counts.gauges);
	put(page, "watch_reads", "counter", "Values that were read for watches.", counts.reads);
	put(page, "watch_crossings", "counter", "Crossings and changes that were told.",
	    counts.told);
	put(page, "watch_events_lost", "counter",
	    "Events that were dropped, because a client reads too slowly or forks too much.",
	    counts.lost);
}
