/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/metrics_policy.h"

#include <inttypes.h>

#include "supervisor/service/parts.h"

static void put_labels(const struct metrics_page *page, const char *name,
		       const struct policy_view *view)
{
	(void)fprintf(page->out, METRICS_PREFIX "%s", name);
	metrics_put_label(page, "policy", view->name, true);
	metrics_put_label(page, "action", view->text->action, false);
}

static void put_verdicts(const struct policy_view *view, void *data)
{
	const struct metrics_page *page = data;

	for (enum verdict verdict = 0; verdict < _VERDICT_MAX; verdict++) {
		put_labels(page, "policy_nudges_total", view);
		metrics_put_label(page, "verdict", verdict_name(verdict), false);
		(void)fprintf(page->out, "} %" PRIu64 "\n", view->verdicts[verdict]);
	}
}

static void put_restores(const struct policy_view *view, void *data)
{
	const struct metrics_page *page = data;

	put_labels(page, "policy_restores_total", view);
	(void)fprintf(page->out, "} %" PRIu64 "\n", view->restores);
}

static void put_changed(const struct policy_view *view, void *data)
{
	const struct metrics_page *page = data;

	put_labels(page, "policy_nudged_cgroups", view);
	(void)fprintf(page->out, "} %zu\n", view->n_nudged);
}

void metrics_put_policies(const struct metrics_page *page)
{
	const struct policies *policies = page->service->rooms.policies;

	metrics_put_header(page, "policy_nudges", "counter",
			   "Whether a cgroup could be changed, by the answer.");
	policies_each(policies, put_verdicts, (void *)page);
	metrics_put_header(page, "policy_restores", "counter", "Values that were put back.");
	policies_each(policies, put_restores, (void *)page);
	metrics_put_header(page, "policy_nudged_cgroups", "gauge",
			   "Cgroups that are not as they were.");
	policies_each(policies, put_changed, (void *)page);
}
