/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Placements that failed for a reason that can pass are tried again, with growing delays; kills and
 * placements for which a limit was reached are tried again when it allows them. */

#include "supervisor/act/act.h"

/* To be called when a failure was noted for a family. */
void retry_schedule(struct act *act);

/* Tries all of them now. */
void retry_now(struct act *act);
