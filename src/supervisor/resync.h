/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "supervisor/supervisor.h"

/* Looks at every process in /proc, brings the table in line with it, and lets
 * the rules see what they have not seen: at start, and after lost events. */
int resync(struct supervisor *supervisor, struct slicectl_error *error);

/* Takes over the scopes that rules of an earlier supervisor made: the empty ones
 * are removed, the others are families again. */
void resync_scopes(struct supervisor *supervisor);
