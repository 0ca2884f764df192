/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What slicectl watch prints, as text or as JSON. */

#include <slicectl/watch.h>

#include "cli/invocation.h"

/* @subject: of the watch, as it was given.  -EPIPE when the output cannot be written. */
int watch_print_event(const struct invocation *invocation, const struct slicectl_watch_event *event,
		      const char *subject);

/* Where it stands: only what is crossed from now on is told. */
int watch_print_first(const struct invocation *invocation, const struct slicectl_watch_level *level,
		      const uint64_t *value);
