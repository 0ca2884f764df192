/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/control/family_json.h"

#include <string.h>

#include "base/text.h"

json_t *family_json(const struct node *node, const struct family *family)
{
	return json_pack("{s:i, s:s, s:s, s:s, s:s?, s:I, s:b}", "root",
			 (int)family->members.root_pid, "comm", TEXT_ESCAPE(family->root.comm),
			 "rule", family->rule->name, "action",
			 rule_action_name(family->rule->action), "scope", family_scope(family),
			 "processes", (json_int_t)family->members.count, "dry_run",
			 (int)(node->dry_run || family->rule->dry_run));
}
