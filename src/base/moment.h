/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Points in time as people type and read them. */

#include <stdint.h>

/*
 * Parses a point in time, relative to @now_ns or absolute; all are nanoseconds of CLOCK_REALTIME:
 * - a span before now: "1h", "10min", "2d", "1w", "90s", also as "1h ago" or "-1h";
 * - "now", "today" and "yesterday", the last two at midnight;
 * - a date and time in local time, "2026-01-31", "2026-01-31 12:00" or "2026-01-31 12:00:05", or
 *   with a T and a zone as in RFC 3339, "2026-01-31T12:00:05.25+01:00" or "2026-01-31T12:00:05Z";
 * - seconds since 1970, "@1769860800".
 * -EINVAL for any other text, -ERANGE for a time before 1970 or too far away.
 */
int moment_parse(const char *text, uint64_t now_ns, uint64_t *ret_ns);

/* Date and time in local time, with microseconds: "2026-01-31 12:00:00.000000". */
#define MOMENT_SIZE 40
char *moment_format_local(uint64_t realtime_ns, char out[MOMENT_SIZE]);
