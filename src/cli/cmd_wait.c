/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/parse.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cli/ask.h"
#include "cli/context.h"
#include "cli/print.h"
#include "cli/reconnect.h"
#include "control/client.h"

struct wait {
	uint64_t timeout_usec; /* UINT64_MAX: none */
	bool missing_ok;
};

static const struct option_row rows[] = {
	{ "timeout", 't', "TIME", "give up after TIME, with status 75", option_row_set_usec,
	  offsetof(struct wait, timeout_usec) },
	{ "missing-ok", 0, NULL, "a scope that does not exist counts as empty and gone",
	  option_row_set_flag, offsetof(struct wait, missing_ok) },
	{ 0 },
};

static const struct wait defaults = { UINT64_MAX, false };

const struct option_group wait_options = { rows, sizeof(struct wait), &defaults, NULL };

static uint64_t timeout_of(const struct invocation *invocation)
{
	return ((const struct wait *)invocation->options)->timeout_usec;
}

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
	return error_set(error, EINVAL,
			 "wait: '%s' is neither populated, empty, gone, active nor idle",
			 TEXT_ESCAPE(name));
}

/* @scope: for the families in it, instead of that of @root; or NULL. */
static json_t *wait_parameters(pid_t root, const char *scope, const char *state,
			       uint64_t timeout_usec)
{
	if (scope)
		return json_pack("{s:s, s:s, s:I}", "scope", scope, "state", state, "timeout_usec",
				 (json_int_t)timeout_usec);
	return json_pack("{s:i, s:s, s:I}", "root", (int)root, "state", state, "timeout_usec",
			 (json_int_t)timeout_usec);
}

/* Only slicectld knows the families. */
static int wait_for_family(struct invocation *invocation, pid_t root, const char *scope,
			   const char *state, struct slicectl_error *error)
{
	/* A JSON integer, with room for what is added to it. */
	uint64_t given = timeout_of(invocation), most = INT64_MAX / 4;
	uint64_t deadline = clock_deadline_usec(given), left = given < most ? given : most;
	struct reconnect reconnect = { 0 };
	json_t *reply = NULL;
	int r;

	do {
		r = client_call(invocation->root, "Wait", wait_parameters(root, scope, state, left),
				left + 10 * CLOCK_USEC_PER_SEC, &reply, error);
		if (given < most)
			left = deadline > clock_now_usec() ? deadline - clock_now_usec() : 0;
	} while (reconnect_again(&reconnect, r, deadline));
	if (r == 0 && invocation->json)
		return print_json(reply);
	json_decref(reply);
	return r;
}

/* A misspelt path would count as gone at once. */
static int check_there(const struct invocation *invocation, const char *path,
		       enum slicectl_occupancy occupancy, struct slicectl_error *error)
{
	const struct wait *wait = invocation->options;
	uint64_t id;

	if (occupancy == SLICECTL_POPULATED || wait->missing_ok ||
	    hierarchy_read_stat(invocation->hierarchy, path, &id, NULL) != -ENOENT)
		return 0;
	return error_set(error, ENOENT,
			 "%s does not exist, so it cannot become %s; with --missing-ok that is success",
			 path, occupancies[occupancy]);
}

/* The slice or scope must be below a configured slice. */
static int wait_for_cgroup(struct invocation *invocation, const char *what,
			   enum slicectl_occupancy occupancy, struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	int r = context_hierarchy(invocation, error);

	if (r == 0)
		r = context_path(invocation, what, &path, error);
	if (r < 0)
		return r;
	if (!slicectl_hierarchy_owner(invocation->hierarchy, path))
		return error_set(error, ENOENT, "%s is not in a configured slice", path);
	r = check_there(invocation, path, occupancy, error);
	if (r < 0)
		return r;
	r = slicectl_scope_wait(invocation->hierarchy, path, occupancy, timeout_of(invocation),
				error);
	return r == 0 && invocation->json ? print_json(json_pack("{s:s, s:s}", "path", path,
								 "state", occupancies[occupancy])) :
					    r;
}

static int wait_for_activity(struct invocation *invocation, const char *what, const char *state,
			     struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	int r = context_scope(invocation, &path, error);

	return r < 0 ? r : wait_for_family(invocation, 0, path, state, error);
}

int cmd_wait(struct invocation *invocation, struct slicectl_error *error)
{
	const char *what = invocation->operands[0], *state = invocation->operands[1];
	enum slicectl_occupancy occupancy = SLICECTL_GONE;
	pid_t root;
	int r;

	bool of_activity = text_equal(state, "active") || text_equal(state, "idle");

	r = of_activity ? 0 : find_occupancy(state, &occupancy, error);
	if (r < 0)
		return r;
	if (strspn(what, "0123456789") != strlen(what) && of_activity)
		return wait_for_activity(invocation, what, state, error);
	if (strspn(what, "0123456789") != strlen(what))
		return wait_for_cgroup(invocation, what, occupancy, error);
	if (parse_pid(what, &root) < 0)
		return error_set(error, EINVAL, "wait: '%s' is not a process id", TEXT_ESCAPE(what));
	return wait_for_family(invocation, root, NULL, state, error);
}
