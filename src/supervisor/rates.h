/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How often rules may act: one bound for each rule, and one for all that kill.  They
 * outlive a reload. */

#include "supervisor/action.h"

/* 0 when @action may be carried out now, and counts it; -EPERM with a sentence. */
int rates_check(struct supervisor *supervisor, const struct action *action,
		struct slicectl_error *error);
void rates_done(struct supervisor *supervisor);
