/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The event loop and the signals that it serves. */

#include "supervisor/supervisor.h"

int loop_open(struct supervisor *supervisor, struct slicectl_error *error);

/* What was done in all, when it stops for that reason. */
void loop_say_sum(const struct supervisor *supervisor, const char *why);
