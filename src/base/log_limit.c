/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log_limit.h"

#include <stdio.h>
#include <string.h>

/* The kind, or in place of it the one that was not written for the longest time. */
static struct log_kind *kind_of(struct log_limit *limit, const char *format)
{
	struct log_kind *oldest = limit->kinds;

	for (size_t i = 0; i < LOG_KINDS_MAX; i++) {
		struct log_kind *kind = &limit->kinds[i];

		if (kind->format == format)
			return kind;
		if (kind->second < oldest->second)
			oldest = kind;
	}
	return oldest;
}

bool log_limit_admits(struct log_limit *limit, const char *format, const char *line, uint64_t second)
{
	struct log_kind *kind = kind_of(limit, format);

	if (kind->format == format && kind->second == second) {
		kind->left_out++;
		(void)snprintf(kind->sample, sizeof(kind->sample), "%s", line);
		return false;
	}
	kind->left_out = kind->format == format ? kind->left_out : 0;
	kind->format = format;
	kind->second = second;
	return true;
}

bool log_limit_take(struct log_limit *limit, uint64_t second, unsigned *ret_left_out,
		    char ret_sample[LOG_SAMPLE_SIZE])
{
	for (size_t i = 0; i < LOG_KINDS_MAX; i++) {
		struct log_kind *kind = &limit->kinds[i];

		if (kind->left_out == 0 || kind->second == second)
			continue;
		*ret_left_out = kind->left_out;
		memcpy(ret_sample, kind->sample, LOG_SAMPLE_SIZE);
		kind->left_out = 0;
		return true;
	}
	return false;
}
