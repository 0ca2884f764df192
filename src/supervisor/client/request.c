/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/client/request.h"

#include <stdlib.h>

void request_set_verb(struct request *request, enum scope_verb verb)
{
	const struct verb *row = verb_row(verb);

	request->action = row->action;
	request->deed.kind = row->deed;
	request->waits = row->waits;
	request->forcible = row->forcible;
}

struct request *request_free(struct request *request)
{
	deed_job_done(&request->deed);
	free(request->actor);
	free(request->reason);
	free(request->old);
	free(request);
	return NULL;
}

void request_finish(struct request *request, int code, const struct slicectl_error *error)
{
	const struct change *change = &request->deed.change;

	if (code < 0)
		pending_fail(&request->pending, error);
	else
		pending_reply(&request->pending,
			      json_pack("{s:s, s:s, s:s, s:I, s:I}", "scope", change->scope, "base",
					slicectl_hierarchy_path(change->hierarchy), "owner",
					change->owner, "processes", (json_int_t)change->moved,
					"for_usec", (json_int_t)request->deed.for_usec));
	(void)request_free(request);
}
