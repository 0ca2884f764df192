/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Commands that rules run.  Each hook has a scope of its own and a timeout; processes that it
 * leaves behind are killed.  A latching hook runs at the first match only.  It stays off, even
 * after the supervisor is restarted, until slicectl rule arm arms it again.
 */

#include "supervisor/act/act.h"

struct hooks;

struct hooks *hooks_new(struct act *act);

/* Logs the hooks that keep running after the daemon exits. */
void hooks_log_left(const struct hooks *hooks);

/* Accepts NULL, returns NULL. */
struct hooks *hooks_free(struct hooks *hooks);

/* Whether no hook is running. */
bool hooks_are_done(const struct hooks *hooks);

/* Whether a hook is running.  If the rule latches, any hook of the rule counts; otherwise only the
 * one in @scope. */
bool hooks_has(const struct hooks *hooks, const struct rule *rule, const char *scope);

/* Whether a hook is running, as hooks_has() tells, or has run and was not armed again. */
bool hooks_has_latched(const struct hooks *hooks, const struct rule *rule, const char *scope);

/* Adopts the scope of a hook that an earlier supervisor started, and gives it the full timeout
 * again. */
void hooks_adopt(struct hooks *hooks, const struct rule *rule, const char *scope);

/* Carries out an ACTION_HOOK. */
void hook_begin(struct hooks *hooks, const struct action *action);
