/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A recording in place of a detector: each cause in it goes the way that it went
 * when it was recorded. */

#include "base/error.h"

struct detect;

int playback(struct detect *detect, struct slicectl_error *error);
