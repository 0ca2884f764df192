/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Text to numbers, strictly: the whole text is the number, decimal, without
 * sign, blank or leading zero.  (The kernel reads "010" in cgroup.procs as 8
 * and "0x10" as 16: what a person typed never reaches it unparsed.)
 * All return 0, -EINVAL for what is not such a number or -ERANGE for one that
 * does not fit; the output is written on success only.
 */

#include <stdint.h>
#include <sys/types.h>

int parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value);

/* 1 to the largest pid_t. */
int parse_pid(const char *text, pid_t *ret_pid);

/* Bytes, with an optional K, M, G or T (powers of 1024): "512M". */
int parse_size(const char *text, uint64_t *ret_bytes);

/* "25%", also with up to two decimals; in hundredths of a percent. */
int parse_percent(const char *text, uint64_t max_permyriad, uint64_t *ret_permyriad);

/* Time span with us, ms, s, min or h; a bare number counts seconds. */
int parse_duration(const char *text, uint64_t *ret_usec);
