/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Setters of the keys of [rule NAME], for the table in key.c; @target is a struct
 * rule. */

#include "base/error.h"

int set_rule_comm(void *target, const char *value, struct slicectl_error *error);
int set_rule_exe(void *target, const char *value, struct slicectl_error *error);
int set_rule_tty(void *target, const char *value, struct slicectl_error *error);
int set_rule_cgroup(void *target, const char *value, struct slicectl_error *error);
int set_rule_argv(void *target, const char *value, struct slicectl_error *error);
int set_rule_arg(void *target, const char *value, struct slicectl_error *error);
int set_rule_parent(void *target, const char *value, struct slicectl_error *error);
int set_rule_ancestor(void *target, const char *value, struct slicectl_error *error);
int set_rule_env(void *target, const char *value, struct slicectl_error *error);
int set_rule_user(void *target, const char *value, struct slicectl_error *error);
int set_rule_group(void *target, const char *value, struct slicectl_error *error);
int set_rule_enabled(void *target, const char *value, struct slicectl_error *error);
int set_rule_dry_run(void *target, const char *value, struct slicectl_error *error);
int set_rule_max_per_minute(void *target, const char *value, struct slicectl_error *error);
int set_rule_action(void *target, const char *value, struct slicectl_error *error);
int set_rule_scope(void *target, const char *value, struct slicectl_error *error);
int set_rule_linger(void *target, const char *value, struct slicectl_error *error);
int set_rule_on_root_exit(void *target, const char *value, struct slicectl_error *error);
int set_rule_foreign_units(void *target, const char *value, struct slicectl_error *error);
int set_rule_signal(void *target, const char *value, struct slicectl_error *error);
int set_rule_grace(void *target, const char *value, struct slicectl_error *error);
int set_rule_kill_scope(void *target, const char *value, struct slicectl_error *error);
int set_rule_command(void *target, const char *value, struct slicectl_error *error);
int set_rule_timeout(void *target, const char *value, struct slicectl_error *error);
int set_rule_latch(void *target, const char *value, struct slicectl_error *error);
