/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Leaves out messages of a kind that come more than once a second, and counts them.  Pure: the
 * caller passes the time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOG_KINDS_MAX = 32, LOG_SAMPLE_SIZE = 96 };

struct log_kind {
	const char *format; /* identifies the kind; NULL: free */
	uint64_t second;    /* when one was last written */
	unsigned left_out;  /* since then */
	char sample[LOG_SAMPLE_SIZE];
};

struct log_limit {
	struct log_kind kinds[LOG_KINDS_MAX];
};

/* Whether the message @line, made from @format, is to be written in this second. */
bool log_limit_admits(struct log_limit *limit, const char *format, const char *line,
		      uint64_t second);

/* A kind of which messages were left out in an earlier second, which is then forgotten; false when
 * there is none. */
bool log_limit_take(struct log_limit *limit, uint64_t second, unsigned *ret_left_out,
		    char ret_sample[LOG_SAMPLE_SIZE]);
