/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What this machine offers to a hierarchy, and what stands in the way. */

#include <stdbool.h>
#include <stddef.h>

#include <slicectl/hierarchy.h>

enum probe_verdict {
	PROBE_GOOD,
	PROBE_NOTE,    /* worth knowing; nothing fails for it */
	PROBE_MISSING, /* something that the configuration asks for cannot be had */
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

const char *probe_verdict_name(enum probe_verdict verdict);

/* Looks and changes nothing. */
void probe_run_all(struct slicectl_hierarchy *hierarchy, struct probe *ret_probe);
