/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One call to the supervisor. */

#include <jansson.h>
#include <stdint.h>

#include "base/error.h"

/* Below the prefix of --root. */
#define CLIENT_SOCKET "/run/slicectl/slicectl.sock"

/*
 * Calls @method of our interface with @parameters (taken over; NULL: none) and waits for the
 * answer, which the caller holds then.  -ECONNREFUSED when no supervisor runs, -ETIMEDOUT,
 * -EPROTO for one that does not speak as it should; an error that it answers has the sentence
 * and the errno that it names.
 */
int client_call(const char *root, const char *method, json_t *parameters, uint64_t timeout_usec,
		json_t **ret_reply, struct slicectl_error *error);

/*
 * The same for a call that is answered again and again: @take gets each answer, until there
 * are no more, or it returns other than 0, which is returned then.
 */
int client_follow(const char *root, const char *method, json_t *parameters,
		  int (*take)(const json_t *reply, void *data), void *data,
		  struct slicectl_error *error);
