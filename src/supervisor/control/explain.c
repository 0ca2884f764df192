/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/control/explain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/text.h"
#include "supervisor/control/family_json.h"
#include "supervisor/family/facts.h"
#include "supervisor/life/precedence.h"
#include "supervisor/work/exempt.h"

enum { LINEAGE_MAX = 64 };

static json_t *relative_json(struct node *node, const struct process *process)
{
	const struct family *family = family_of(process->members);
	char comm[PROCFS_COMM_SIZE];
	bool known = view_read_comm(&node->view, process->pid, comm) == 0;

	return json_pack("{s:i, s:s?, s:s?, s:s?}", "pid", (int)process->pid, "comm",
			 known ? TEXT_ESCAPE(comm) : NULL, "rule",
			 family ? family->rule->name : NULL, "type",
			 process_type_name(process->type));
}

static json_t *lineage_json(struct node *node, const struct process *process)
{
	json_t *array = json_array();

	for (size_t i = 0; process && i < LINEAGE_MAX; i++, process = process->parent)
		(void)json_array_append_new(array, relative_json(node, process));
	return array;
}

/* The keys of the rule before @end, which all matched. */
static json_t *matched_json(const struct rule *rule, enum rule_key end)
{
	json_t *array = json_array();

	for (enum rule_key key = 0; key < end; key++) {
		if (rule->values[key])
			(void)json_array_append_new(array, json_string(rule_key_name(key)));
	}
	return array;
}

static json_t *verdicts_json(const struct config *config, const struct rule_subject *subject)
{
	json_t *array = json_array();
	bool decided = false;

	for (size_t i = 0; i < config->rules.count && !decided; i++) {
		const struct rule *rule = &config->rules.rules[i];
		enum rule_key failed = rule_mismatch(rule, subject);

		decided = failed == _RULE_KEY_MAX && !rule->disabled;
		(void)json_array_append_new(array,
					    json_pack("{s:s, s:s, s:s?, s:b, s:o, s:b, s:b, s:s}",
						      "rule", rule->name, "action",
						      rule_action_name(rule->action), "mismatch",
						      failed == _RULE_KEY_MAX ? NULL :
										rule_key_name(failed),
						      "matches", (int)decided, "matched",
						      matched_json(rule, failed), "disabled",
						      (int)rule->disabled, "waiting",
						      (int)rule_waits(rule), "origin",
						      config->rule_origins[i]));
	}
	return array;
}

/* Whether /proc lets the caller read the program and the environment of the process. */
static bool may_read(const struct node *node, const struct caller *caller, pid_t pid)
{
	char number[16];
	struct stat status;
	uid_t uid;

	if (caller->uid == 0)
		return true;
	(void)snprintf(number, sizeof(number), "%d", (int)pid);
	/* The directory belongs to root when the program was set-user-ID or is not readable. */
	return procfs_read_uid(node->view.proc_fd, pid, &uid) == 0 && uid == caller->uid &&
	       fstatat(node->view.proc_fd, number, &status, 0) == 0 && status.st_uid == caller->uid;
}

/* Whether @path ends with the name that the kernel keeps of it. */
static bool is_named(const char *comm, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	return strncmp(name + (*name == '-'), comm, RULE_COMM_MAX) == 0;
}

/* Arguments that can name a script, after the interpreter and its options. */
enum { ARGUMENTS_MAX = 5 };

/* An exec gives a process the name of its program or script.  Another name was taken later, and no
 * event reports that. */
static bool is_renamed(struct facts *facts, const char *comm)
{
	const char *bytes, *at;
	ssize_t n = facts_read(facts, RULE_KEY_EXE, &bytes);

	if (n > 0 && is_named(comm, bytes))
		return false;
	n = facts_read(facts, RULE_KEY_ARG, &bytes);
	if (n <= 0)
		return false; /* nothing is known */
	at = bytes;
	for (int i = 0; i < ARGUMENTS_MAX && at < bytes + n; i++, at += strlen(at) + 1) {
		if (is_named(comm, at))
			return false;
	}
	return true;
}

/* The rule of the family that keeps the process from the rule which decides about it; NULL when
 * nothing does. */
static const char *keeper_of(const struct node *node, const struct family *family,
			     const struct rule_subject *subject)
{
	const struct rule *rule = family ? rule_match(&node->config->rules, subject) : NULL;

	if (!rule || rule->action == RULE_IGNORE || text_equal(rule->name, family->rule->name) ||
	    precedence_only_reports(family, rule) || precedence_overrides(family, rule))
		return NULL;
	return family->rule->name;
}

json_t *explain(const struct service_rooms *rooms, const struct caller *caller, pid_t pid,
		struct slicectl_error *error)
{
	struct node *node = rooms->node;
	const struct process *process = table_find(&node->table, pid);
	const struct family *family = process ? family_of(process->members) : NULL;
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	_cleanup_facts_ struct facts facts = FACTS_OF(node, pid);
	size_t budget = FAMILY_JSON_BUDGET;
	struct rule_subject subject;
	int r = view_hold(&node->view, pid, &held);

	if (r < 0) {
		(void)error_set(error, -r, "process %d: %s", (int)pid,
				r == -ESRCH ? "there is no such process" : strerror(-r));
		return NULL;
	}
	if (!may_read(node, caller, pid))
		facts.hidden = 1U << RULE_KEY_EXE | 1U << RULE_KEY_ENV;
	subject = FACTS_SUBJECT(&facts, held.stat.comm);
	return json_pack("{s:i, s:s, s:b, s:I, s:s?, s:o, s:o?, s:o, s:s?}", "pid", (int)pid,
			 "comm", TEXT_ESCAPE(held.stat.comm), "renamed",
			 (int)is_renamed(&facts, held.stat.comm), "start_ticks",
			 (json_int_t)held.stat.start_ticks, "exempt", exempt_reason(&held),
			 "lineage", lineage_json(node, process), "family",
			 family ? family_json(node, family, &budget) : NULL, "rules",
			 verdicts_json(node->config, &subject), "kept_by",
			 keeper_of(node, family, &subject));
}
