/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Commands that rules run.  Each has a scope of its own and a time limit, and whatever it leaves
 * behind is killed with it.  A hook runs when a process matches, and then not again until it is
 * armed, not even under a later supervisor.
 */

#include "supervisor/act/act.h"

struct hooks;

struct hooks *hooks_new(struct act *act);

/* Logs those that run, and go on without us. */
void hooks_log_left(const struct hooks *hooks);

/* Accepts NULL, returns NULL. */
struct hooks *hooks_free(struct hooks *hooks);

/* Whether none runs. */
bool hooks_are_done(const struct hooks *hooks);

/* Whether it runs now: for rules that latch any hook of the rule, for others the one in @scope. */
bool hooks_has(const struct hooks *hooks, const struct rule *rule, const char *scope);

/* A scope in which a hook of an earlier supervisor runs: it has its time once more. */
void hooks_adopt(struct hooks *hooks, const struct rule *rule, const char *scope);

/* Carries out an ACTION_HOOK. */
void hook_begin(struct hooks *hooks, const struct action *action);
