/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Setters of the keys of [watch NAME], for the table in key.c; @target is a struct config_watch.  What
 * they mean together is checked when all are known. */

#include "base/error.h"

int key_watch_set_subject(void *target, const char *value, struct slicectl_error *error);
int key_watch_set_resource(void *target, const char *value, struct slicectl_error *error);
int key_watch_set_level(void *target, const char *value, struct slicectl_error *error);
int key_watch_set_direction(void *target, const char *value, struct slicectl_error *error);
int key_watch_set_inherit(void *target, const char *value, struct slicectl_error *error);
int key_watch_set_hysteresis(void *target, const char *value, struct slicectl_error *error);
int key_watch_set_action(void *target, const char *value, struct slicectl_error *error);
int key_watch_set_command(void *target, const char *value, struct slicectl_error *error);
int key_watch_set_timeout(void *target, const char *value, struct slicectl_error *error);
int key_watch_set_latch(void *target, const char *value, struct slicectl_error *error);
