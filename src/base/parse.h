/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Strict conversion of text to numbers: the whole text must be a decimal number
 * without sign, blank or leading zero.  (In cgroup.procs the kernel reads "010" as 8
 * and "0x10" as 16, so text typed by a person never reaches it unparsed.)
 * All functions return 0, -EINVAL for text that is not such a number, or -ERANGE for
 * a number that does not fit; the output is written on success only.
 */

#include <stdint.h>
#include <sys/types.h>

int parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value);

/* 1 to the largest pid_t. */
int parse_pid(const char *text, pid_t *ret_pid);

/* Bytes, with an optional K, M, G or T (powers of 1024): "512M". */
int parse_size(const char *text, uint64_t *ret_bytes);

/* "25%", also with up to two decimals; the result is in hundredths of a percent. */
int parse_percent(const char *text, uint64_t max_permyriad, uint64_t *ret_permyriad);

/* A time span with us, ms, s, min or h; a number without a unit is in seconds.  The
 * result is in microseconds. */
int parse_duration(const char *text, uint64_t *ret_usec);
