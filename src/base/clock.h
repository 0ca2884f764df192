/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_NSEC_PER_SEC UINT64_C(1000000000)
#define CLOCK_NSEC_PER_MSEC UINT64_C(1000000)
#define CLOCK_USEC_PER_SEC UINT64_C(1000000)
#define CLOCK_USEC_PER_MSEC UINT64_C(1000)

uint64_t clock_now_ns(clockid_t clock);

/* CLOCK_MONOTONIC in microseconds, for deadlines. */
uint64_t clock_now_usec(void);

/* The monotonic time @timeout_usec from now; UINT64_MAX when that overflows. */
uint64_t clock_deadline_usec(uint64_t timeout_usec);

struct timespec clock_timespec(uint64_t usec);

/* RFC 3339 in UTC with microseconds: "2026-01-31T12:00:00.000000Z". */
#define CLOCK_UTC_SIZE 32
char *clock_format_utc(uint64_t realtime_ns, char out[CLOCK_UTC_SIZE]);
