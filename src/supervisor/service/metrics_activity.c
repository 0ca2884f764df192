/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/metrics_activity.h"

#include <inttypes.h>
#include <utlist.h>

#include "supervisor/family/observed.h"
#include "supervisor/service/parts.h"

static void put_states(const struct metrics_page *page)
{
	uint64_t counts[ACTIVITY_FROZEN + 1] = { 0 };
	const struct family *family;

	DL_FOREACH (families_first(page->service->rooms.families), family) {
		if (family->observed)
			counts[family->observed->activity.state]++;
	}
	metrics_put_header(page, "families_by_activity", "gauge",
			   "Number of families, by what their threads do.");
	for (enum activity_state state = ACTIVITY_UNKNOWN; state <= ACTIVITY_FROZEN; state++)
		(void)fprintf(page->out,
			      METRICS_PREFIX "families_by_activity{state=\"%s\"} %" PRIu64 "\n",
			      activity_name(state), counts[state]);
}

static void put_seconds(const struct metrics_page *page, bool idle)
{
	const char *name = idle ? "family_idle_seconds" : "family_active_seconds";
	struct observe_sum sum;

	metrics_put_header(page, name, "counter",
			   idle ? "Time that the families of a rule were idle." :
				  "Time that the families of a rule were active.");
	for (size_t i = 0; observe_sum_at(page->service->rooms.observe, i, &sum); i++) {
		(void)fprintf(page->out, METRICS_PREFIX "%s_total", name);
		metrics_put_label(page, "rule", sum.rule, true);
		(void)fprintf(page->out, "} %.6f\n",
			      metrics_seconds((idle ? sum.idle_ns : sum.active_ns) / 1000));
	}
}

static void put_change(const struct metrics_page *page, const char *rule, const char *to,
		       uint64_t changes)
{
	(void)fputs(METRICS_PREFIX "family_activity_changes_total", page->out);
	metrics_put_label(page, "rule", rule, true);
	metrics_put_label(page, "to", to, false);
	(void)fprintf(page->out, "} %" PRIu64 "\n", changes);
}

void metrics_put_activity(const struct metrics_page *page)
{
	const struct observe *observe = page->service->rooms.observe;
	struct observe_sum sum;

	if (!observe_is_on(observe))
		return;
	put_states(page);
	put_seconds(page, false);
	put_seconds(page, true);
	metrics_put_header(page, "family_activity_changes", "counter",
			   "Changes of families of a rule between active and idle.");
	for (size_t i = 0; observe_sum_at(observe, i, &sum); i++) {
		put_change(page, sum.rule, "active", sum.to_active);
		put_change(page, sum.rule, "idle", sum.to_idle);
	}
}
