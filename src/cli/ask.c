/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/ask.h"

#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "cli/print.h"
#include "control/client.h"

#define ANSWER_USEC (10 * CLOCK_USEC_PER_SEC)

int ask(struct invocation *invocation, const char *method, json_t *parameters,
	int (*print)(const json_t *reply), struct slicectl_error *error)
{
	json_t *reply = NULL;
	int r = client_call(invocation->root, method, parameters, ANSWER_USEC, &reply, error);

	if (r < 0)
		return r;
	if (invocation->json)
		return print_json(reply);
	r = invocation->quiet ? 0 : print(reply);
	json_decref(reply);
	return r < 0 ? error_set(error, -r, "cannot print the reply: %s", strerror(-r)) : 0;
}

const char *ask_text(const json_t *object, const char *key, const char *absent)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : absent;
}

long long ask_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}
