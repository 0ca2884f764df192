/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Parses and formats the JSON messages of the Varlink protocol. */

#include <jansson.h>
#include <stdbool.h>

#include "base/cleanup.h"
#include "base/error.h"

/* Name of the interface, which docs/io.slicectl.varlink describes. */
#define MESSAGE_INTERFACE "io.slicectl"

enum {
	MESSAGE_CALL_MAX = 64 * 1024,         /* bytes of a call */
	MESSAGE_REPLY_MAX = 16 * 1024 * 1024, /* bytes of a reply */
};

struct call {
	json_t *object;     /* owns the members below */
	const char *method; /* "io.slicectl.Status" */
	json_t *parameters; /* an object, possibly empty */
	bool more, oneway;
};

/* -EBADMSG when @text is not a call. */
int call_parse(const char *text, struct call *ret_call);
void call_done(const struct call *call);

#define _cleanup_call_ _cleanup_(call_done)

/* Take ownership of @parameters (NULL: none).  Return text that the caller frees, or NULL when
 * out of memory. */
char *call_format(const char *method, json_t *parameters, bool more);
char *reply_format(json_t *parameters, bool continues);
char *reply_format_error(const char *error, json_t *parameters);

/* The interface's own error, with a sentence for people and the errno. */
char *reply_format_failure(const struct slicectl_error *error);

/* Parses a reply, or returns -EBADMSG.  The caller owns *ret_object, which owns the parameters
 * and *ret_error: the name of the error, or NULL when the reply is not an error. */
int reply_parse(const char *text, json_t **ret_object, json_t **ret_parameters,
		const char **ret_error, bool *ret_continues);
