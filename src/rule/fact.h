/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Converts the contents of a file of /proc/PID to the fact that rules compare.  Pure. */

#include "rule/rule.h"

/* Name of the file below /proc/PID that has the fact ("exe" is a link), or NULL when no
 * file has it. */
const char *fact_file(enum rule_key key);

/*
 * Converts the @length bytes that were read from that file to the fact, in place; @bytes
 * has room for one more byte.  Returns the length of the fact, which is followed by a NUL,
 * or -EINVAL.
 */
ssize_t fact_of(enum rule_key key, char *bytes, size_t length);
