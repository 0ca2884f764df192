/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What became of an action: one audit record, and one line for people. */

#include "supervisor/apply.h"

struct outcome {
	int code;
	size_t processes;
	struct slicectl_error error;
};

/* A rule acts for the owner of the slice that its scope lies in; NULL for none. */
const char *action_owner(const struct supervisor *supervisor, const char *scope);

void report_action(struct supervisor *supervisor, const struct action *action,
		   const struct outcome *outcome);
