/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/scope_activity.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "cgroup/hierarchy.h"
#include "cli/ask.h"
#include "cli/print.h"
#include "control/client.h"

void scope_activity_done(struct scope_activity *activity)
{
	json_decref(activity->families);
	activity->families = NULL;
}

static bool is_ours(const struct invocation *invocation)
{
	json_t *status = NULL;
	bool ours = client_call(invocation->root, "Status", NULL, CLOCK_USEC_PER_SEC, &status,
				NULL) == 0 &&
		    text_equal(ask_text(status, "base", ""),
			       slicectl_hierarchy_path(invocation->hierarchy));

	json_decref(status);
	return ours;
}

void scope_activity_load(struct scope_activity *activity, const struct invocation *invocation)
{
	json_t *reply = NULL;

	scope_activity_done(activity);
	if (is_ours(invocation) &&
	    client_call(invocation->root, "Families", NULL, CLOCK_USEC_PER_SEC, &reply, NULL) == 0)
		activity->families = json_incref(json_object_get(reply, "families"));
	json_decref(reply);
}

static const json_t *observed(const json_t *family)
{
	const json_t *activity = json_object_get(family, "activity");

	return json_is_object(activity) && *ask_text(family, "scope", "") ? activity : NULL;
}

bool scope_activity_is_known(const struct scope_activity *activity)
{
	const json_t *family;
	size_t i;

	json_array_foreach (activity->families, i, family) {
		if (observed(family))
			return true;
	}
	return false;
}

/* What one family does says more about its scope than what another does. */
static unsigned rank(const char *state)
{
	static const char *const states[] = { "unknown", "idle", "frozen", "active" };

	for (unsigned i = 0; i < ELEMENTS(states); i++) {
		if (text_equal(states[i], state))
			return i;
	}
	return 0;
}

const char *scope_activity_of(const struct scope_activity *activity, const char *path,
			      uint64_t *ret_since_usec)
{
	const char *found = NULL;
	const json_t *family;
	uint64_t since = 0;
	size_t i;

	json_array_foreach (activity->families, i, family) {
		const json_t *seen = observed(family);
		const char *state = ask_text(seen, "state", "unknown");
		uint64_t usec = (uint64_t)ask_number(seen, "since_usec");

		if (!seen || !text_equal(ask_text(family, "scope", ""), path))
			continue;
		/* All have been idle since the last became so; one has been active since the first. */
		if (!found || rank(state) > rank(found))
			since = usec;
		else if (rank(state) == rank(found))
			since = text_equal(state, "active") == (usec > since) ? usec : since;
		found = !found || rank(state) > rank(found) ? state : found;
	}
	*ret_since_usec = since;
	return found;
}

const char *scope_activity_text(const struct scope_activity *activity, const char *path,
				char out[SCOPE_ACTIVITY_SIZE])
{
	char span[PRINT_SIZE];
	uint64_t since;
	const char *state = scope_activity_of(activity, path, &since);

	(void)snprintf(out, SCOPE_ACTIVITY_SIZE, "%s%s%s", state ? state : "-", state ? " " : "",
		       state ? print_span(since, span) : "");
	return out;
}

json_t *scope_activity_json(const struct scope_activity *activity, const char *path)
{
	uint64_t since;
	const char *state = scope_activity_of(activity, path, &since);

	return state ? json_pack("{s:s, s:I}", "state", state, "since_usec", (json_int_t)since) :
		       json_null();
}
