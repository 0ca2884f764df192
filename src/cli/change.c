/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/change.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/text.h"
#include "cgroup/limits.h"
#include "control/client.h"

/* What slicectld needs in addition to the time that the change itself may take. */
#define ANSWER_USEC (20 * CLOCK_USEC_PER_SEC)

const struct change change_defaults = { .timeout_usec = 10 * CLOCK_USEC_PER_SEC };

void change_done(void *target)
{
	struct change *change = target;

	slicectl_limits_free(change->limits);
	free(change->pids);
}

static int take_limit(struct change *change, const char *file, const char *value,
		      struct slicectl_error *error)
{
	if (!change->limits)
		change->limits = slicectl_limits_new();
	if (!change->limits)
		return error_set(error, ENOMEM, "out of memory");
	return slicectl_limits_set(change->limits, file, value, error);
}

int change_set_limit(void *change, const struct option_row *row, const char *value,
		     struct slicectl_error *error)
{
	_cleanup_free_ char *file = strdup(row->name);

	if (!file)
		return error_set(error, ENOMEM, "out of memory");
	*strchr(file, '-') = '.';
	return take_limit(change, file, value, error);
}

int change_take_limit(struct change *change, const char *text, struct slicectl_error *error)
{
	const char *equals = strchr(text, '=');
	_cleanup_free_ char *file = NULL;

	if (!equals)
		return error_set(error, EINVAL, "'%s' is not FILE=VALUE", TEXT_ESCAPE(text));
	file = strndup(text, (size_t)(equals - text));
	if (!file)
		return error_set(error, ENOMEM, "out of memory");
	return take_limit(change, file, equals + 1, error);
}

int change_set_file(void *change, const struct option_row *row, const char *value,
		    struct slicectl_error *error)
{
	return change_take_limit(change, value, error);
}

int change_take_pid(struct change *change, const char *text, struct slicectl_error *error)
{
	pid_t *grown, pid;

	if (parse_pid(text, &pid) < 0)
		return error_set(error, EINVAL, "'%s' is not a process id", TEXT_ESCAPE(text));
	grown = reallocarray(change->pids, change->n_pids + 1, sizeof(*grown));
	if (!grown)
		return error_set(error, ENOMEM, "out of memory");
	change->pids = grown;
	grown[change->n_pids++] = pid;
	return 0;
}

int change_set_pid(void *change, const struct option_row *row, const char *value,
		   struct slicectl_error *error)
{
	return change_take_pid(change, value, error);
}

/* 0 would be for good. */
int change_set_for(void *change, const struct option_row *row, const char *value,
		   struct slicectl_error *error)
{
	int r = option_row_set_usec(change, row, value, error);

	if (r == 0 && ((struct change *)change)->for_usec == 0)
		r = error_set(error, EINVAL,
			      "--for: a limit can be set for 1 s to 720 h, not for %s",
			      TEXT_ESCAPE(value));
	return r;
}

static json_t *limits_json(const struct slicectl_limits *limits)
{
	json_t *object = json_object();

	for (size_t i = 0; i < slicectl_limits_count(limits); i++)
		(void)json_object_set_new(object, slicectl_limits_file(limits, i),
					  json_string(slicectl_limits_value(limits, i)));
	return object;
}

static json_t *pids_json(const struct change *change)
{
	json_t *array = json_array();

	for (size_t i = 0; i < change->n_pids; i++)
		(void)json_array_append_new(array, json_integer(change->pids[i]));
	return array;
}

static json_t *parameters_json(const struct invocation *invocation, const struct change *change,
			       const char *scope, uint64_t id)
{
	return json_pack("{s:s, s:s?, s:s?, s:o, s:o, s:I, s:I, s:I, s:b, s:b}", "scope", scope,
			 "owner", invocation->as_owner, "base", invocation->cgroup_root, "limits",
			 limits_json(change->limits), "pids", pids_json(change), "timeout_usec",
			 (json_int_t)change->timeout_usec, "for_usec", (json_int_t)change->for_usec,
			 "id", (json_int_t)id, "force", (int)change->force, "for_run",
			 (int)change->for_run);
}

/* An earlier slicectld does not know of it. */
static int check_for(const struct change *change, const json_t *reply, struct slicectl_error *error)
{
	if (change->for_usec == 0 || json_integer_value(json_object_get(reply, "for_usec")) > 0)
		return 1;
	return error_set(error, EOPNOTSUPP,
			 "the running slicectld is older and has set the limits for good; restart it");
}

int change_ask(struct invocation *invocation, enum scope_verb verb, const struct change *change,
	       const char *scope, uint64_t id, json_t **ret_reply, struct slicectl_error *error)
{
	struct slicectl_error failure = SLICECTL_ERROR_INIT;
	int r;

	r = client_call(invocation->root, verb_row(verb)->method,
			parameters_json(invocation, change, scope, id),
			change->timeout_usec + ANSWER_USEC, ret_reply, &failure);
	if ((r == -ECONNREFUSED || r == -EXDEV) && change->force && verb_row(verb)->forcible)
		return error_set(error, EOPNOTSUPP, "--force needs an emergency, and %s",
				 failure.message);
	if ((r == -ECONNREFUSED || r == -EXDEV) && change->for_usec > 0)
		return error_set(error, EOPNOTSUPP,
				 "--for needs slicectld, which puts the limits back, and %s",
				 failure.message);
	if (r == -ECONNREFUSED || r == -EXDEV) {
		log_debug("%s; making the change without it", failure.message);
		return 0;
	}
	if (r < 0)
		*error = failure;
	return r < 0 ? r : check_for(change, *ret_reply, error);
}

int change_directly(struct invocation *invocation, const char *action, change_body body, void *data,
		    struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	const struct change *change = invocation->options;
	_cleanup_free_ char *limits = limits_text(change->limits);
	const char *given = limits && *limits ? limits : NULL, *owner = NULL;
	size_t processes = 0;
	int r;

	r = context_scope(invocation, &path, error);
	if (r < 0)
		return r;
	r = context_owner(invocation, path, &owner, error);
	if (r == 0)
		r = context_lock(invocation, error);
	if (r == 0)
		r = body(invocation, owner, path, data, &processes, error);
	context_audit(invocation, &(struct record){ .action = action,
						    .owner = owner,
						    .scope = path,
						    .new = given,
						    .processes = processes,
						    .code = r < 0 ? r : 0,
						    .message = error ? error->message : NULL });
	return r;
}
