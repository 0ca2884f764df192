/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Commands that ask the supervisor, and what they read of its answers. */

#include <jansson.h>

#include "cli/command.h"

/* Calls @method (see client_call()) and prints the reply: as JSON, by @print, or not at
 * all.  @print answers 0 or -errno. */
int ask(struct invocation *invocation, const char *method, json_t *parameters,
	int (*print)(const json_t *reply), struct slicectl_error *error);

/* A member of an object; @absent where it has no such text. */
const char *ask_text(const json_t *object, const char *key, const char *absent);
long long ask_number(const json_t *object, const char *key);
