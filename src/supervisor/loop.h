/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Creates the event loop and handles the signals that stop or reload the daemon. */

#include "base/error.h"

struct supervisor;

int loop_open(struct supervisor *supervisor, struct slicectl_error *error);
