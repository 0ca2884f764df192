/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/message.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "control/json_memory.h"

static json_t *load_object(const char *text)
{
	json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	if (object && json_is_object(object))
		return object;
	json_decref(object);
	return NULL;
}

/* The member "parameters"; an empty object is added when it is missing or null.  NULL when it
 * has another type. */
static json_t *parameters_of(json_t *object)
{
	json_t *parameters = json_object_get(object, "parameters");

	if (!parameters || json_is_null(parameters)) {
		parameters = json_object();
		if (json_object_set_new(object, "parameters", parameters) < 0)
			return NULL;
	}
	return json_is_object(parameters) ? parameters : NULL;
}

static bool is_optional_boolean(const json_t *value)
{
	return !value || json_is_boolean(value) || json_is_null(value);
}

int call_parse(const char *text, struct call *ret_call)
{
	struct call call = { .object = load_object(text) };

	if (call.object) {
		call.method = json_string_value(json_object_get(call.object, "method"));
		call.parameters = parameters_of(call.object);
	}
	if (!call.method || !call.parameters ||
	    !is_optional_boolean(json_object_get(call.object, "more")) ||
	    !is_optional_boolean(json_object_get(call.object, "oneway"))) {
		json_decref(call.object);
		return -EBADMSG;
	}
	call.more = json_is_true(json_object_get(call.object, "more"));
	call.oneway = json_is_true(json_object_get(call.object, "oneway"));
	*ret_call = call;
	return 0;
}

void call_done(const struct call *call)
{
	json_decref(call->object);
}

/* Takes ownership of @object. */
static char *dump(json_t *object)
{
	char *text = object && !json_memory_has_failed() ? json_dumps(object, JSON_COMPACT) : NULL;

	json_decref(object);
	return text;
}

static json_t *or_empty(json_t *parameters)
{
	return parameters ? parameters : json_object();
}

char *call_format(const char *method, json_t *parameters, bool more)
{
	if (more)
		return dump(json_pack("{s:s, s:o, s:b}", "method", method, "parameters",
				      or_empty(parameters), "more", 1));
	return dump(json_pack("{s:s, s:o}", "method", method, "parameters", or_empty(parameters)));
}

char *reply_format(json_t *parameters, bool continues)
{
	if (continues)
		return dump(json_pack("{s:o, s:b}", "parameters", or_empty(parameters), "continues",
				      1));
	return dump(json_pack("{s:o}", "parameters", or_empty(parameters)));
}

char *reply_format_error(const char *error, json_t *parameters)
{
	return dump(json_pack("{s:s, s:o}", "error", error, "parameters", or_empty(parameters)));
}

char *reply_format_failure(const struct slicectl_error *error)
{
	return reply_format_error(MESSAGE_INTERFACE ".Failed",
				  json_pack("{s:s, s:i}", "sentence",
					    TEXT_ESCAPE_AGAIN(error->message), "errno", error->code));
}

int reply_parse(const char *text, json_t **ret_object, json_t **ret_parameters,
		const char **ret_error, bool *ret_continues)
{
	json_t *object = load_object(text), *parameters = object ? parameters_of(object) : NULL;

	if (!parameters) {
		json_decref(object);
		return -EBADMSG;
	}
	*ret_error = json_string_value(json_object_get(object, "error"));
	*ret_continues = json_is_true(json_object_get(object, "continues"));
	*ret_parameters = parameters;
	*ret_object = object;
	return 0;
}
