/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/probe.h"

#include <errno.h>
#include <stdio.h>

#include "base/exit_status.h"
#include "cli/context.h"
#include "cli/print.h"

static int print_findings_json(const struct invocation *invocation, const struct probe *probe)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < probe->count; i++) {
		const struct probe_finding *finding = &probe->findings[i];

		(void)json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "subject",
							     finding->subject, "verdict",
							     probe_verdict_name(finding->verdict),
							     "text", finding->text));
	}
	return print_json(json_pack("{s:s, s:s, s:o}", "base",
				    slicectl_hierarchy_path(invocation->hierarchy), "reason",
				    slicectl_hierarchy_reason(invocation->hierarchy), "findings",
				    array));
}

static void print_findings(const struct probe *probe)
{
	for (size_t i = 0; i < probe->count; i++)
		(void)printf("%-8s %-22s %s\n", probe_verdict_name(probe->findings[i].verdict),
			     probe->findings[i].subject, probe->findings[i].text);
}

int cmd_probe(struct invocation *invocation, struct slicectl_error *error)
{
	bool missing = false;
	struct probe probe;
	int r;

	r = context_hierarchy(invocation, error);
	if (r < 0)
		return r;
	probe_run_all(invocation->hierarchy, &probe);
	for (size_t i = 0; i < probe.count; i++)
		missing = missing || probe.findings[i].verdict == PROBE_MISSING;
	if (invocation->json)
		r = print_findings_json(invocation, &probe);
	else if (!invocation->quiet)
		print_findings(&probe);
	if (r < 0)
		return r;
	return missing ? EXIT_DIFFERENT : 0;
}
