/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The page of metrics that is being written, for the files that write parts of it. */

#include <stdio.h>

#include "supervisor/service/metrics_text.h"

#define METRICS_PREFIX "slicectl_"

struct metrics_page {
	const struct service *service;
	enum metrics_format format;
	FILE *out;
};

/* Writes the HELP and TYPE lines.  @name has no prefix and, for a counter, no suffix. */
void metrics_put_header(const struct metrics_page *page, const char *name, const char *type,
			const char *help);

/* Writes a label; @first: with the opening brace. */
void metrics_put_label(const struct metrics_page *page, const char *name, const char *value,
		       bool first);

double metrics_seconds(uint64_t usec);
