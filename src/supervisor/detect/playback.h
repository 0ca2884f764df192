/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Replays a recording in place of a detector.  Each recorded cause is handled as it was when it was
 * recorded. */

#include "base/error.h"

struct detect;

int playback(struct detect *detect, struct slicectl_error *error);
