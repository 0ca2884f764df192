/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/change.h"

#include <errno.h>

#include "base/clock.h"
#include "base/log.h"
#include "control/client.h"

/* What the supervisor needs beyond the time that the change itself may take. */
#define ANSWER_USEC (20 * CLOCK_USEC_PER_SEC)

static json_t *limits_json(const struct slicectl_limits *limits)
{
	json_t *object = json_object();

	for (size_t i = 0; i < slicectl_limits_count(limits); i++)
		(void)json_object_set_new(object, slicectl_limits_file(limits, i),
					  json_string(slicectl_limits_value(limits, i)));
	return object;
}

static json_t *pids_json(const struct invocation *invocation)
{
	json_t *array = json_array();

	for (size_t i = 0; i < invocation->n_pids; i++)
		(void)json_array_append_new(array, json_integer(invocation->pids[i]));
	return array;
}

static json_t *parameters_json(const struct invocation *invocation, const char *scope, uint64_t id)
{
	return json_pack("{s:s, s:s?, s:s?, s:o, s:o, s:I, s:I, s:b}", "scope", scope, "owner",
			 invocation->as_owner, "base", invocation->cgroup_root, "limits",
			 limits_json(invocation->limits), "pids", pids_json(invocation),
			 "timeout_usec", (json_int_t)invocation->timeout_usec, "id", (json_int_t)id,
			 "force", (int)invocation->force);
}

int change_ask(struct invocation *invocation, enum scope_verb verb, const char *scope, uint64_t id,
	       json_t **ret_reply, struct slicectl_error *error)
{
	struct slicectl_error failure = SLICECTL_ERROR_INIT;
	int r;

	r = client_call(invocation->root, verb_row(verb)->method,
			parameters_json(invocation, scope, id),
			invocation->timeout_usec + ANSWER_USEC, ret_reply, &failure);
	if ((r == -ECONNREFUSED || r == -EXDEV) && invocation->force)
		return error_set(error, EOPNOTSUPP, "--force needs an emergency, and %s",
				 failure.message);
	if (r == -ECONNREFUSED || r == -EXDEV) {
		log_debug("%s; doing it ourselves", failure.message);
		return 0;
	}
	if (r < 0)
		*error = failure;
	return r < 0 ? r : 1;
}
