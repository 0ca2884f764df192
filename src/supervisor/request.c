/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/request.h"

#include <stdlib.h>

#include "base/text.h"
#include "config/words.h"

static const struct {
	const char *method, *name;
} kinds[_REQUEST_KIND_MAX] = {
	[REQUEST_CREATE] = { "ScopeCreate", "scope.create" },
	[REQUEST_DESTROY] = { "ScopeDestroy", "scope.destroy" },
	[REQUEST_SET] = { "ScopeSet", "scope.set" },
	[REQUEST_MOVE] = { "ScopeMove", "scope.move" },
	[REQUEST_FREEZE] = { "ScopeFreeze", "scope.freeze" },
	[REQUEST_THAW] = { "ScopeThaw", "scope.thaw" },
	[REQUEST_KILL] = { "ScopeKill", "scope.kill" },
	[REQUEST_RESTORE] = { "", "init" },
	[REQUEST_RMDIR] = { "", "remove" },
};

const char *request_name(enum request_kind kind)
{
	return kinds[kind].name;
}

enum request_kind request_kind_of(const char *method)
{
	enum request_kind kind = 0;

	while (!text_equal(kinds[kind].method, method))
		kind++;
	return kind;
}

struct request *request_free(struct request *request)
{
	slicectl_limits_free(request->limits);
	free(request->pids);
	free(request->actor);
	free(request->reason);
	free(request->scope);
	free(request->owner);
	words_free(request->owners);
	free(request);
	return NULL;
}

void request_finish(struct request *request, int code, const struct slicectl_error *error)
{
	const char *base = slicectl_hierarchy_path(request->hierarchy);

	if (code < 0)
		pending_fail(&request->pending, error);
	else
		pending_reply(&request->pending,
			      json_pack("{s:s, s:s, s:s, s:I}", "scope", request->scope, "base",
					base, "owner", request->owner, "processes",
					(json_int_t)request->processes));
	(void)request_free(request);
}
