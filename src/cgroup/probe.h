/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reports the controllers and kernel features of this machine, and the reasons for
 * missing ones. */

#include <stdbool.h>
#include <stddef.h>

#include <slicectl/hierarchy.h>

enum probe_verdict {
	PROBE_GOOD,
	PROBE_NOTE,    /* information; nothing fails because of it */
	PROBE_MISSING, /* something that the configuration needs is not available */
};

struct probe_finding {
	const char *subject; /* "controller memory", "cgroup.kill", … */
	enum probe_verdict verdict;
	char text[256];
};

enum { PROBE_FINDINGS_MAX = 48 };

struct probe {
	struct probe_finding findings[PROBE_FINDINGS_MAX];
	size_t count;
};

/* "ok", "note" or "missing". */
const char *probe_verdict_name(enum probe_verdict verdict);

/* Runs all probes; changes nothing. */
void probe_run_all(struct slicectl_hierarchy *hierarchy, struct probe *ret_probe);
