/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/control/family_json.h"

#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/text.h"
#include "cgroup/hierarchy.h"
#include "cgroup/name.h"
#include "supervisor/family/family_state.h"
#include "supervisor/family/observed.h"
#include "supervisor/family/shared_scope.h"

enum { OUTSIDE_MAX = 16 };

/* The members that are not in the scope. */
struct outside {
	size_t count;
	json_t *list; /* of the first OUTSIDE_MAX */
};

/* Whether the process is in a cgroup other than the scope; *@ret_cgroup, which the caller frees, is
 * where. */
static bool is_outside(const struct node *node, const char *scope, pid_t pid, char **ret_cgroup)
{
	const char *prefix = node->hierarchy->base_prefix;
	size_t length = strlen(prefix);
	char *shown;

	if (procfs_read_cgroup(node->view.proc_fd, pid, &shown) < 0)
		return false; /* it has exited */
	*ret_cgroup = shown;
	return strncmp(shown, prefix, length) != 0 || shown[length] != '/' ||
	       !name_is_below(shown + length + 1, scope);
}

static void look_at_member(const struct node *node, const struct family *family,
			   const struct process *member, struct outside *outside)
{
	_cleanup_free_ char *cgroup = NULL;

	if (!is_outside(node, family_scope(family), member->pid, &cgroup))
		return;
	if (outside->count++ < OUTSIDE_MAX)
		(void)json_array_append_new(outside->list,
					    json_pack("{s:i, s:s}", "pid", (int)member->pid,
						      "cgroup", TEXT_ESCAPE(cgroup)));
}

static struct outside find_outside(const struct node *node, const struct family *family,
				   size_t *budget)
{
	struct outside outside = { .list = json_array() };
	const struct process *member;

	if (family->rule->action != RULE_PLACE || !family_scope(family) || node->dry_run ||
	    family->rule->dry_run || node->view.replay)
		return outside;
	DL_FOREACH2 (family->members.first, member, next_member) {
		if (*budget == 0)
			break;
		--*budget;
		look_at_member(node, family, member, &outside);
	}
	return outside;
}

/* The time until a failed placement is tried again; null when it is not. */
static json_t *retry_json(const struct failure *failure)
{
	uint64_t now = clock_now_usec();

	if (failure->at_usec == 0)
		return json_null();
	return json_integer(failure->at_usec > now ?
				    (json_int_t)((failure->at_usec - now) / CLOCK_USEC_PER_MSEC) :
				    0);
}

/* A scope that does not exist is not shown as the scope. */
static bool has_scope(const struct family *family, bool dry_run)
{
	return family->scope && !dry_run &&
	       (family->rule->action == RULE_PLACE ? family->scope->exists : family->has_kill_scope);
}

static json_t *spans_json(const struct activity *activity, uint64_t now_ns)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "to_active",
			 (json_int_t)activity->to_active, "to_idle", (json_int_t)activity->to_idle,
			 "last_active_usec", (json_int_t)(activity->last_active_ns / 1000),
			 "last_idle_usec", (json_int_t)(activity->last_idle_ns / 1000),
			 "active_usec",
			 (json_int_t)(activity_total(activity, ACTIVITY_ACTIVE, now_ns) / 1000),
			 "idle_usec",
			 (json_int_t)(activity_total(activity, ACTIVITY_IDLE, now_ns) / 1000));
}

/* Null when it is not observed. */
static json_t *activity_json(const struct family *family)
{
	const struct activity *activity = family->observed ? &family->observed->activity : NULL;
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);
	char evidence[ACTIVITY_EVIDENCE_SIZE];
	json_t *object;

	if (!activity)
		return json_null();
	object = spans_json(activity, now_ns);
	if (object &&
	    json_object_set_new(object, "state", json_string(activity_name(activity->state))) == 0 &&
	    json_object_set_new(object, "since_usec",
				json_integer((json_int_t)((now_ns - activity->since_ns) / 1000))) ==
		    0 &&
	    json_object_set_new(object, "evidence",
				json_string(activity_evidence(activity, evidence))) == 0)
		return object;
	json_decref(object);
	return NULL;
}

json_t *family_json(const struct node *node, const struct family *family, size_t *budget)
{
	bool dry_run = node->dry_run || family->rule->dry_run;
	struct outside outside = find_outside(node, family, budget);
	enum family_state state = family_state(family, node->dry_run, outside.count);
	const char *reason = family->failure.code < 0 ? family->failure.sentence : NULL;

	return json_pack("{s:i, s:s, s:s, s:s, s:s?, s:s?, s:I, s:b, s:s, s:s?, s:o, s:o, s:I, s:o}",
			 "root", (int)family->members.root_pid, "comm",
			 TEXT_ESCAPE(family->root.comm), "rule", family->rule->name, "action",
			 rule_action_name(family->rule->action), "scope",
			 has_scope(family, dry_run) ? family_scope(family) : NULL, "intended_scope",
			 family_scope(family), "processes", (json_int_t)family->members.count,
			 "dry_run", (int)dry_run, "state", family_state_name(state), "reason",
			 reason, "retry_in_ms", retry_json(&family->failure), "outside",
			 outside.list, "n_outside", (json_int_t)outside.count, "activity",
			 activity_json(family));
}
