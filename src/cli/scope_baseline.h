/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The limits of a scope that were set for a while, by somebody or by a policy: what comes back, and
 * when. */

#include <jansson.h>

#include "cli/invocation.h"

/* A line each: "baseline        cpu.weight 100, in 9min".  The hierarchy must be open. */
void scope_baseline_print(const struct invocation *invocation, const char *path);

/* "cpu.weight=100,memory.high=max", or "-".  What is left out for its length is "…". */
#define SCOPE_BASELINE_SIZE 512
const char *scope_baseline_text(const struct invocation *invocation, const char *path,
				char out[SCOPE_BASELINE_SIZE]);

/* {"cpu.weight": {"value": "100", "seconds": 583}}; seconds is null for a policy. */
json_t *scope_baseline_json(const struct invocation *invocation, const char *path);
