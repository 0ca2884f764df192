/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Records of the past, from the audit log of the configuration. */

#include <jansson.h>

#include "cli/invocation.h"

struct event_history {
	const char *since; /* a time as moment_parse() takes it; NULL: all */
	uint64_t lines;    /* the last so many; UINT64_MAX: all */
};

/* Calls @take for each record that is wanted, the oldest first, until it returns a value other than
 * 0, which is then returned.  Lines that are no records, such as one that was cut off, are skipped
 * and counted on standard error. */
int event_history_each(struct invocation *invocation, const struct event_history *history,
		       int (*take)(const json_t *record, void *data), void *data,
		       struct slicectl_error *error);
