/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "config/import.h"

/* Prints one rule of cgrules.conf(5), the @number-th.  It becomes two where a program and a
 * script are told apart. */
void import_print_rule(struct import *import, FILE *out, const struct import_rule *rule,
		       size_t number);
