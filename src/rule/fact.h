/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* From what a file of /proc/PID says to the fact that rules compare.  Pure. */

#include "rule/rule.h"

/* The file that tells the fact ("exe" is a link), or NULL where no file does. */
const char *fact_file(enum rule_key key);

/*
 * Turns the @length bytes that were read of it into the fact, in place; @bytes has
 * room for one byte more.  Returns the length, with a NUL behind, or -EINVAL.
 */
ssize_t fact_of(enum rule_key key, char *bytes, size_t length);
