/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Commands that ask slicectld, and access to the members of its replies. */

#include <jansson.h>

#include "cli/command.h"

/* Calls @method (see client_call()) and prints the reply as JSON or with @print, or with --quiet
 * not at all.  @print returns 0 or -errno. */
int ask(struct invocation *invocation, const char *method, json_t *parameters,
	int (*print)(const json_t *reply), struct slicectl_error *error);

/* A string member of an object; @absent where there is none. */
const char *ask_text(const json_t *object, const char *key, const char *absent);
long long ask_number(const json_t *object, const char *key);
