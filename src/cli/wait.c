/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/parse.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/context.h"
#include "cli/print.h"
#include "control/client.h"

const struct option_spec wait_options[] = {
	{ OPTION_TIMEOUT, "timeout", 't', "TIME", "give up after so long, with status 75 (never)" },
	{ 0 },
};

static const char *const occupancies[] = {
	[SLICECTL_POPULATED] = "populated",
	[SLICECTL_EMPTY] = "empty",
	[SLICECTL_GONE] = "gone",
};

static int find_occupancy(const char *name, enum slicectl_occupancy *ret_occupancy,
			  struct slicectl_error *error)
{
	for (size_t i = 0; i < ELEMENTS(occupancies); i++) {
		if (text_equal(occupancies[i], name)) {
			*ret_occupancy = (enum slicectl_occupancy)i;
			return 0;
		}
	}
	return error_set(error, EINVAL, "wait: '%s' is neither populated, empty nor gone",
			 TEXT_ESCAPE(name));
}

/* What a family is only the supervisor knows. */
static int wait_for_family(struct invocation *invocation, pid_t root, const char *state,
			   struct slicectl_error *error)
{
	uint64_t timeout = invocation->has_timeout ? invocation->timeout_usec : INT64_MAX / 4;
	json_t *parameters = json_pack("{s:i, s:s, s:I}", "root", (int)root, "state", state,
				       "timeout_usec", (json_int_t)timeout);
	json_t *reply = NULL;
	int r = client_call(invocation->root, "Wait", parameters,
			    timeout + 10 * CLOCK_USEC_PER_SEC, &reply, error);

	if (r == 0 && invocation->json)
		return print_json(reply);
	json_decref(reply);
	return r;
}

/* A slice has its name; of a scope the suffix may be left out. */
static int path_of(struct invocation *invocation, const char *text, char **ret_path,
		   struct slicectl_error *error)
{
	size_t length = strlen(text), suffix = strlen(".slice");

	if (length < suffix || !text_equal(text + length - suffix, ".slice"))
		return slicectl_scope_path(invocation->hierarchy, text, ret_path, error);
	*ret_path = strdup(text);
	return *ret_path ? 0 : error_set(error, ENOMEM, "out of memory");
}

int wait_run(struct invocation *invocation, struct slicectl_error *error)
{
	const char *what = invocation->operands[0], *state = invocation->operands[1];
	_cleanup_free_ char *path = NULL;
	enum slicectl_occupancy occupancy;
	pid_t root;
	int r;

	r = find_occupancy(state, &occupancy, error);
	if (r < 0)
		return r;
	if (parse_pid(what, &root) == 0)
		return wait_for_family(invocation, root, state, error);
	r = context_hierarchy(invocation, error);
	if (r == 0)
		r = path_of(invocation, what, &path, error);
	if (r == 0)
		r = slicectl_scope_wait(invocation->hierarchy, path, occupancy,
					invocation->has_timeout ? invocation->timeout_usec : UINT64_MAX,
					error);
	if (r == 0 && invocation->json)
		return print_json(json_pack("{s:s, s:s}", "path", path, "state", state));
	return r;
}
