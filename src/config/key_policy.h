/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Setters of the keys of [policy NAME], for the table in key.c; @target is a struct config_policy.
 * What they mean together is checked when all are known. */

#include "base/error.h"

int key_policy_set_subject(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_protect(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_signal(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_above(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_lasting(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_below(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_action(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_strategy(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_step(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_floor(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_ceiling(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_budget(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_freeze(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_cooldown(void *target, const char *value, struct slicectl_error *error);
int key_policy_set_dry_run(void *target, const char *value, struct slicectl_error *error);
