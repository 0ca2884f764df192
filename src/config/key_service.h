/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Setters of the keys of [supervisor] for access, metrics and the guard, for the table in
 * key.c; @target is a struct config_supervisor. */

#include "base/error.h"

int key_service_set_metrics_file(void *target, const char *value, struct slicectl_error *error);
int key_service_set_metrics_interval(void *target, const char *value, struct slicectl_error *error);
int key_service_set_read_users(void *target, const char *value, struct slicectl_error *error);
int key_service_set_read_groups(void *target, const char *value, struct slicectl_error *error);
int key_service_set_emergency_users(void *target, const char *value, struct slicectl_error *error);
int key_service_set_guard(void *target, const char *value, struct slicectl_error *error);
