/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A match of a rule that runs a hook. */

#include "supervisor/apply.h"
#include "supervisor/match.h"

/* A process matched the rule of a hook: completes @action and applies it, unless the hook
 * has run already. */
void hook_match(struct supervisor *supervisor, const struct match *match, struct action *action);
