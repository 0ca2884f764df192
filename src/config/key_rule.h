/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Setters of the keys of [rule NAME], for the table in key.c; @target is a struct rule.
 * Those of key_action.c are the options of the rule's action. */

#include "base/error.h"

int key_rule_set_comm(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_exe(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_tty(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_cgroup(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_argv(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_arg(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_parent(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_ancestor(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_env(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_user(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_group(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_member(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_enabled(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_dry_run(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_max_per_minute(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_action(void *target, const char *value, struct slicectl_error *error);
int key_rule_set_scope(void *target, const char *value, struct slicectl_error *error);
int key_action_set_linger(void *target, const char *value, struct slicectl_error *error);
int key_action_set_on_root_exit(void *target, const char *value, struct slicectl_error *error);
int key_action_set_foreign_units(void *target, const char *value, struct slicectl_error *error);
int key_action_set_hold(void *target, const char *value, struct slicectl_error *error);
int key_action_set_from_families(void *target, const char *value, struct slicectl_error *error);
int key_action_set_signal(void *target, const char *value, struct slicectl_error *error);
int key_action_set_grace(void *target, const char *value, struct slicectl_error *error);
int key_action_set_kill_scope(void *target, const char *value, struct slicectl_error *error);
int key_action_set_command(void *target, const char *value, struct slicectl_error *error);
int key_action_set_timeout(void *target, const char *value, struct slicectl_error *error);
int key_action_set_latch(void *target, const char *value, struct slicectl_error *error);
