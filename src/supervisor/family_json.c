/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family_json.h"

#include <string.h>

#include "base/text.h"

/* B-02 */
const char *process_type_name(enum process_type type)
{
	static const char *const names[] = {
		[PROCESS_UNKNOWN] = NULL,
		[PROCESS_ROOT] = "root",
		[PROCESS_SUB] = "sub",
		[PROCESS_TOOL] = "tool",
	};

	return names[type];
}

json_t *family_json(const struct supervisor *supervisor, const struct supervised *family)
{
	return json_pack("{s:i, s:s, s:s, s:s, s:s?, s:I, s:b}", "root",
			 (int)family->family.root_pid, "comm", TEXT_ESCAPE(family->root.comm),
			 "rule", family->rule->name, "action",
			 rule_action_name(family->rule->action), "scope", supervised_scope(family),
			 "processes", (json_int_t)family->family.n_members, "dry_run",
			 (int)(supervisor->dry_run || family->rule->dry_run));
}
