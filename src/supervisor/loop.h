/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The event loop and the signals that it serves. */

#include "base/error.h"

struct supervisor;

int loop_open(struct supervisor *supervisor, struct slicectl_error *error);
