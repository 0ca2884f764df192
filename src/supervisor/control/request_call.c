/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/control/request_call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/text.h"
#include "cgroup/nudge.h"
#include "supervisor/act/apply.h"
#include "supervisor/client/request.h"
#include "supervisor/policy/policies.h"

#define TIMEOUT_USEC (10 * CLOCK_USEC_PER_SEC)
#define TIMEOUT_MAX_USEC (600 * CLOCK_USEC_PER_SEC)

#define TIMEOUT_OF_USERS_USEC (60 * CLOCK_USEC_PER_SEC)

#define FOR_MIN_USEC CLOCK_USEC_PER_SEC

enum { PIDS_MAX = 256 };

static bool is_text(const json_t *value)
{
	return !value || json_is_null(value) || json_is_string(value);
}

static bool is_flag(const json_t *value)
{
	return !value || json_is_null(value) || json_is_boolean(value);
}

static bool is_count(const json_t *value)
{
	return !value || json_is_null(value) ||
	       (json_is_integer(value) && json_integer_value(value) >= 0);
}

static bool are_limits(const json_t *limits)
{
	const char *file;
	const json_t *value;

	if (!limits || json_is_null(limits))
		return true;
	json_object_foreach ((json_t *)limits, file, value) {
		if (!json_is_string(value))
			return false;
	}
	return json_is_object(limits);
}

static bool are_pids(const json_t *pids)
{
	const json_t *pid;
	size_t i;

	if (!pids || json_is_null(pids))
		return true;
	json_array_foreach (pids, i, pid) {
		if (json_integer_value(pid) < 1 || json_integer_value(pid) > INT32_MAX)
			return false;
	}
	return json_is_array(pids) && json_array_size(pids) <= PIDS_MAX;
}

const char *request_check(const json_t *parameters)
{
	if (!json_is_string(json_object_get(parameters, "scope")))
		return "scope";
	if (!is_text(json_object_get(parameters, "owner")))
		return "owner";
	if (!is_text(json_object_get(parameters, "base")))
		return "base";
	if (!is_count(json_object_get(parameters, "timeout_usec")))
		return "timeout_usec";
	if (!is_count(json_object_get(parameters, "for_usec")))
		return "for_usec";
	if (!is_count(json_object_get(parameters, "id")))
		return "id";
	if (!is_flag(json_object_get(parameters, "force")))
		return "force";
	if (!is_flag(json_object_get(parameters, "for_run")))
		return "for_run";
	if (!are_limits(json_object_get(parameters, "limits")))
		return "limits";
	return are_pids(json_object_get(parameters, "pids")) ? NULL : "pids";
}

static int read_limits(struct request *request, const json_t *limits, struct slicectl_error *error)
{
	const char *file;
	const json_t *value;
	int r = 0;

	request->deed.limits = slicectl_limits_new();
	if (!request->deed.limits)
		return error_set(error, ENOMEM, "out of memory");
	json_object_foreach ((json_t *)limits, file, value) {
		if (r == 0)
			r = slicectl_limits_set(request->deed.limits, file,
						json_string_value(value), error);
	}
	return r;
}

static bool is_listed(const struct request *request, pid_t pid)
{
	for (size_t i = 0; i < request->deed.n_pids; i++) {
		if (request->deed.pids[i] == pid)
			return true;
	}
	return false;
}

/* Drops duplicates. */
static int read_pids(struct request *request, const json_t *pids)
{
	request->deed.pids = calloc(json_array_size(pids) + 1, sizeof(*request->deed.pids));
	for (size_t i = 0; request->deed.pids && i < json_array_size(pids); i++) {
		pid_t pid = (pid_t)json_integer_value(json_array_get(pids, i));

		if (!is_listed(request, pid))
			request->deed.pids[request->deed.n_pids++] = pid;
	}
	return request->deed.pids ? 0 : -ENOMEM;
}

static uint64_t timeout_of(const json_t *parameters, uid_t uid)
{
	uint64_t most = uid == 0 ? TIMEOUT_MAX_USEC : TIMEOUT_OF_USERS_USEC;
	const json_t *value = json_object_get(parameters, "timeout_usec");
	uint64_t usec = json_is_integer(value) ? (uint64_t)json_integer_value(value) : TIMEOUT_USEC;

	return usec < most ? usec : most;
}

static int read_for(struct deed_job *deed, const json_t *value, struct slicectl_error *error)
{
	deed->for_usec = (uint64_t)json_integer_value(value);
	if (deed->for_usec > 0 && deed->kind != DEED_SET)
		return error_set(error, EINVAL, "only limits that are set can be set for a while");
	if (deed->for_usec == 0 ||
	    (deed->for_usec >= FOR_MIN_USEC && deed->for_usec <= NUDGE_HOLD_MAX_USEC))
		return 0;
	return error_set(error, EINVAL, "a limit can be set for 1 s to 720 h, not for %llu ms",
			 (unsigned long long)(deed->for_usec / CLOCK_USEC_PER_MSEC));
}

static int read_parameters(struct request *request, const json_t *parameters,
			   struct slicectl_error *error)
{
	struct deed_job *deed = &request->deed;
	int r = read_limits(request, json_object_get(parameters, "limits"), error);

	if (r < 0)
		return r;
	r = read_for(deed, json_object_get(parameters, "for_usec"), error);
	if (r < 0)
		return r;
	deed->timeout_usec = timeout_of(parameters, deed->uid);
	deed->id = (uint64_t)json_integer_value(json_object_get(parameters, "id"));
	deed->for_run = json_is_true(json_object_get(parameters, "for_run"));
	request->force = json_is_true(json_object_get(parameters, "force"));
	deed->force_units = request->force; /* of verbs that move processes */
	request->actor = text_format("uid:%u", (unsigned)deed->uid);
	if (read_pids(request, json_object_get(parameters, "pids")) < 0 || !request->actor)
		return error_set(error, ENOMEM, "out of memory");
	return 0;
}

/* -EXDEV when the call is for another hierarchy, or slicectld runs with --dry-run: the client then
 * acts itself. */
static int check_base(const struct node *node, const json_t *parameters,
		      struct slicectl_error *error)
{
	const char *base = json_string_value(json_object_get(parameters, "base"));
	const char *ours = slicectl_hierarchy_path(node->hierarchy);

	if (base && !text_equal(base, ours))
		return error_set(error, EXDEV, "slicectld manages the hierarchy at %s, not %s",
				 ours, TEXT_ESCAPE(base));
	if (node->dry_run)
		return error_set(error, EXDEV, "slicectld runs with --dry-run and changes nothing");
	return 0;
}

static int init_deed(struct request *request, const struct node *node, const json_t *parameters,
		     struct slicectl_error *error)
{
	const char *scope = json_string_value(json_object_get(parameters, "scope"));
	_cleanup_free_ char *path = NULL;
	int r = slicectl_scope_path(node->hierarchy, scope, &path, error);

	if (r == 0 && deed_job_init(&request->deed, node, path) < 0)
		r = error_set(error, ENOMEM, "out of memory");
	return r;
}

static int fill_request(struct request *request, const struct node *node,
			struct connection *connection, const struct call *call,
			struct slicectl_error *error)
{
	enum scope_verb verb;
	int r = verb_of_method(strrchr(call->method, '.') + 1, &verb);

	if (r < 0)
		return error_set(error, -r, "%s is not a change to a scope",
				 TEXT_ESCAPE(call->method));
	request_set_verb(request, verb);
	request->deed.uid = connection_caller(connection)->uid;
	request->deed.peer = connection_caller(connection)->pid;
	r = init_deed(request, node, call->parameters, error);
	return r < 0 ? r : read_parameters(request, call->parameters, error);
}

int request_begin(const struct service_rooms *rooms, struct connection *connection,
		  const struct call *call, struct slicectl_error *error)
{
	const char *owner = json_string_value(json_object_get(call->parameters, "owner"));
	_cleanup_request_ struct request *request = calloc(1, sizeof(*request));
	int r = check_base(rooms->node, call->parameters, error);

	if (r < 0)
		return r;
	if (!request)
		return error_set(error, ENOMEM, "out of memory");
	r = fill_request(request, rooms->node, connection, call, error);
	if (r < 0)
		return r;
	if (request->deed.for_usec > 0) {
		request->held = policies_expect;
		request->held_data = rooms->policies;
	}
	connection_hold(connection, &request->pending);
	apply_request(rooms->act, TAKE_PTR(request), connection_caller(connection), owner);
	return 0;
}
