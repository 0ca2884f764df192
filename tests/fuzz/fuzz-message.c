/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/message.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* Every text that is parsed as a call can be formatted again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	json_t *object, *parameters;
	const char *error;
	struct call call;
	bool continues;

	if (!text)
		return 0;
	if (call_parse(text, &call) == 0) {
		_cleanup_free_ char *again = call_format(call.method, json_incref(call.parameters),
							 call.more);

		if (!again)
			abort();
		call_done(&call);
	}
	if (reply_parse(text, &object, &parameters, &error, &continues) == 0)
		json_decref(object);
	return 0;
}
