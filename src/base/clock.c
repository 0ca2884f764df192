/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/clock.h"

#include <stdio.h>

uint64_t clock_now_ns(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * CLOCK_NSEC_PER_SEC + (uint64_t)now.tv_nsec;
}

uint64_t clock_now_usec(void)
{
	return clock_now_ns(CLOCK_MONOTONIC) / 1000;
}

uint64_t clock_deadline_usec(uint64_t timeout_usec)
{
	uint64_t deadline;

	return __builtin_add_overflow(clock_now_usec(), timeout_usec, &deadline) ? UINT64_MAX :
										   deadline;
}

struct timespec clock_timespec(uint64_t usec)
{
	return (struct timespec){
		.tv_sec = (time_t)(usec / CLOCK_USEC_PER_SEC),
		.tv_nsec = (long)(usec % CLOCK_USEC_PER_SEC) * 1000,
	};
}

char *clock_format_utc(uint64_t realtime_ns, char out[CLOCK_UTC_SIZE])
{
	time_t seconds = (time_t)(realtime_ns / CLOCK_NSEC_PER_SEC);
	struct tm utc;
	size_t used;

	(void)gmtime_r(&seconds, &utc);
	used = strftime(out, CLOCK_UTC_SIZE, "%Y-%m-%dT%H:%M:%S", &utc);
	(void)snprintf(out + used, CLOCK_UTC_SIZE - used, ".%06uZ",
		       (unsigned)(realtime_ns % CLOCK_NSEC_PER_SEC / 1000));
	return out;
}
