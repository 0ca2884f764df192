/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <jansson.h>
#include <stdint.h>

/* Prints a JSON value on one line and drops the reference.  -ENOMEM for NULL. */
int print_json(json_t *value);

/* A metric as in the kernel's files: an integer, "max", or null for unknown. */
json_t *print_metric(uint64_t value);

/* "2026-01-31 12:00:00.000000" in local time, from RFC 3339 as in the protocol; or @time itself
 * when it is not a time. */
#define PRINT_TIME_SIZE 40
const char *print_local_time(const char *time, char out[PRINT_TIME_SIZE]);

/* The same as text: "1.5G", "max" or "-". */
#define PRINT_SIZE 32
char *print_bytes(uint64_t bytes, char out[PRINT_SIZE]);
char *print_number(uint64_t value, char out[PRINT_SIZE]);

/* The end of a noun: "s", or "" after 1. */
/* "340ms", "3.2s", "4min", "2h" or "9d". */
char *print_span(uint64_t usec, char out[PRINT_SIZE]);

const char *print_plural(size_t n);
