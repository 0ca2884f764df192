/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Commands that rules run.  Each has a scope of its own and a time limit, and whatever it
 * leaves behind dies with it.  A hook is an edge: it runs when a process matches, and then
 * not again until it is armed, also by a supervisor after us.
 */

#include "supervisor/action.h"

/* Carries out an ACTION_HOOK. */
void hook_begin(struct supervisor *supervisor, const struct action *action);

/* Whether it runs now: for rules that latch any of the rule, for others the one in @scope. */
bool hook_is_under_way(const struct supervisor *supervisor, const struct rule *rule,
		       const char *scope);

/* A scope that a hook of an earlier supervisor runs in: it has its time once more. */
void hook_adopt(struct supervisor *supervisor, const struct rule *rule, const char *scope);

/* Those that run go on without us. */
void hook_forget_all(struct supervisor *supervisor);
