/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Messages of the Varlink protocol, as JSON. */

#include <jansson.h>
#include <stdbool.h>

#include "base/cleanup.h"
#include "base/error.h"

/* What it calls itself to others; docs/io.slicectl.varlink describes it. */
#define MESSAGE_INTERFACE "io.slicectl"

enum {
	MESSAGE_CALL_MAX = 64 * 1024,         /* bytes of a call */
	MESSAGE_REPLY_MAX = 16 * 1024 * 1024, /* and of a reply */
};

struct call {
	json_t *object;     /* holds what follows */
	const char *method; /* "io.slicectl.Status" */
	json_t *parameters; /* an object, maybe empty */
	bool more, oneway;
};

/* -EBADMSG when @text is no call. */
int call_parse(const char *text, struct call *ret_call);
void call_done(const struct call *call);

#define _cleanup_call_ _cleanup_(call_done)

/* All take over @parameters (NULL: none); text that the caller frees, or NULL when out of
 * memory. */
char *call_format(const char *method, json_t *parameters, bool more);
char *reply_format(json_t *parameters, bool continues);
char *reply_format_error(const char *error, json_t *parameters);

/* Our own error, with the sentence that a person should read, and the errno. */
char *reply_format_failure(const struct slicectl_error *error);

/* The parameters of a reply, held by the caller; or -EBADMSG.  @ret_error is NULL, or the
 * name of the error that it is (in *ret_object, as the rest). */
int reply_parse(const char *text, json_t **ret_object, json_t **ret_parameters,
		const char **ret_error, bool *ret_continues);
