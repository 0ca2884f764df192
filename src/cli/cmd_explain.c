/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Questions that only slicectld can answer, over the control socket. */

#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/parse.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/print.h"
#include "cli/whereabouts.h"
#include "control/client.h"

#define ANSWER_USEC (10 * CLOCK_USEC_PER_SEC)

static void print_lineage(const json_t *lineage)
{
	const json_t *relative;
	size_t i;

	json_array_foreach (lineage, i, relative) {
		(void)printf("  %-8lld %-16s", ask_number(relative, "pid"),
			     ask_text(relative, "comm", ""));
		if (*ask_text(relative, "rule", ""))
			(void)printf(" %s of a family of rule %s", ask_text(relative, "type", ""),
				     ask_text(relative, "rule", ""));
		(void)printf("\n");
	}
}

/* "comm argv" */
static void join(const json_t *words, char *out, size_t size)
{
	const json_t *word;
	size_t i, used = 0;

	out[0] = '\0';
	json_array_foreach (words, i, word) {
		if (used < size)
			used += (size_t)snprintf(out + used, size - used, "%s%s", i ? " " : "",
						 json_string_value(word));
	}
}

static void print_verdict(const json_t *verdict)
{
	const char *rule = ask_text(verdict, "rule", ""),
		   *mismatch = ask_text(verdict, "mismatch", "");
	char matched[128];

	join(json_object_get(verdict, "matched"), matched, sizeof(matched));
	if (json_is_true(json_object_get(verdict, "disabled")))
		(void)printf("  %-20s is off\n", rule);
	else if (json_is_true(json_object_get(verdict, "waiting")))
		(void)printf("  %-20s waits for a user or group that is not known yet\n", rule);
	else if (json_is_true(json_object_get(verdict, "matches")))
		(void)printf("  %-20s matches by %s: %s (%s)\n", rule, matched,
			     ask_text(verdict, "action", ""), ask_text(verdict, "origin", ""));
	else if (*matched)
		(void)printf("  %-20s comes close: %s matches, %s does not\n", rule, matched,
			     mismatch);
	else
		(void)printf("  %-20s does not match by %s\n", rule, mismatch);
}

static bool print_rules(const json_t *rules)
{
	const json_t *verdict;
	bool decided = false;
	size_t i;

	json_array_foreach (rules, i, verdict) {
		print_verdict(verdict);
		decided = decided || json_is_true(json_object_get(verdict, "matches"));
	}
	if (!decided)
		(void)printf("  no rule matches\n");
	return decided;
}

/* "placed in workload.slice/x.scope" */
static void print_state(const json_t *family)
{
	const char *scope = ask_text(family, "scope", ""),
		   *meant = ask_text(family, "intended_scope", ""),
		   *reason = ask_text(family, "reason", "");
	const json_t *retry = json_object_get(family, "retry_in_ms"),
		     *activity = json_object_get(family, "activity");
	char span[PRINT_SIZE];

	(void)printf("  state     %s%s%s\n", ask_text(family, "state", "unknown"),
		     *scope || *meant ? *scope ? ", in " : ", meant for " : "",
		     *scope ? scope : meant);
	if (*reason)
		(void)printf("  reason    %s\n", reason);
	if (json_is_integer(retry))
		(void)printf("  retry     in %.1f s\n", (double)json_integer_value(retry) / 1000);
	if (json_is_object(activity))
		(void)printf("  activity  %s for %s: %s\n", ask_text(activity, "state", "?"),
			     print_span((uint64_t)ask_number(activity, "since_usec"), span),
			     ask_text(activity, "evidence", ""));
}

static void print_outside(const json_t *family)
{
	const json_t *outside = json_object_get(family, "outside"), *member;
	long long more = ask_number(family, "n_outside") - (long long)json_array_size(outside);
	size_t i;

	json_array_foreach (outside, i, member)
		(void)printf("  outside   process %lld, in %s\n", ask_number(member, "pid"),
			     ask_text(member, "cgroup", "?"));
	if (more > 0)
		(void)printf("  outside   %lld more\n", more);
}

static void print_family(const json_t *family)
{
	long long n = ask_number(family, "processes");

	if (!json_is_object(family)) {
		(void)printf("It is not in a family.\n");
		return;
	}
	(void)printf("It is in a family of rule %s (%s%s), %lld process%s, ",
		     ask_text(family, "rule", ""), ask_text(family, "action", ""),
		     json_is_true(json_object_get(family, "dry_run")) ? ", dry run" : "", n,
		     n == 1 ? "" : "es");
	if (ask_number(family, "root") > 0)
		(void)printf("root %lld (%s).\n", ask_number(family, "root"),
			     ask_text(family, "comm", ""));
	else
		(void)printf("adopted without its root.\n");
	print_state(family);
	print_outside(family);
}

static void print_explanation(const json_t *reply)
{
	const char *kept;

	(void)printf("process %lld (%s)%s%s\n", ask_number(reply, "pid"),
		     ask_text(reply, "comm", ""), *ask_text(reply, "exempt", "") ? ": " : "",
		     ask_text(reply, "exempt", ""));
	if (json_is_true(json_object_get(reply, "renamed")))
		(void)printf(
			"It took that name after it executed its program, so rules by comm did not see the name.\n");
	whereabouts_print(reply);
	print_family(json_object_get(reply, "family"));
	(void)printf("Lineage, from the recorded forks:\n");
	print_lineage(json_object_get(reply, "lineage"));
	(void)printf("Rules in file order, for its current state:\n");
	kept = ask_text(reply, "kept_by", "");
	if (!print_rules(json_object_get(reply, "rules")) &&
	    json_is_object(json_object_get(reply, "family")) &&
	    ask_number(json_object_get(reply, "family"), "root") != ask_number(reply, "pid"))
		(void)printf("It stays in its family because it descends from the root.\n");
	if (*kept)
		(void)printf("The rule that matches does not act, because the family of rule %s keeps it; with from-families = yes the rule would take it.\n",
			     kept);
}

/* Without slicectld: only where the process is. */
static void print_alone(const json_t *object, pid_t pid)
{
	(void)printf("process %d\n", (int)pid);
	whereabouts_print(object);
	(void)printf("slicectld is not running, so its family, lineage and rules are not known.\n");
}

int cmd_explain(struct invocation *invocation, struct slicectl_error *error)
{
	json_t *reply = NULL;
	pid_t pid;
	int r;

	if (parse_pid(invocation->operands[0], &pid) < 0)
		return error_set(error, EINVAL, "'%s' is not a process id",
				 TEXT_ESCAPE(invocation->operands[0]));
	r = client_call(invocation->root, "Explain", json_pack("{s:i}", "pid", (int)pid),
			ANSWER_USEC, &reply, error);
	if (r < 0 && r != -ECONNREFUSED)
		return r;
	if (!reply)
		reply = json_pack("{s:i}", "pid", (int)pid);
	*error = (struct slicectl_error)SLICECTL_ERROR_INIT;
	if (whereabouts_add(invocation, pid, reply, error) < 0) {
		json_decref(reply);
		return -error->code;
	}
	if (invocation->json)
		return print_json(reply);
	if (!invocation->quiet && r == 0)
		print_explanation(reply);
	else if (!invocation->quiet)
		print_alone(reply, pid);
	json_decref(reply);
	return 0;
}

static int print_reload(const json_t *reply)
{
	long long rules = ask_number(reply, "rules");
	long long differences = ask_number(reply, "differences");

	(void)printf("reloaded: %lld rule%s\n", rules, rules == 1 ? "" : "s");
	if (differences > 0)
		(void)printf("the tree differs from the configuration in %lld place%s; run slicectl init\n",
			     differences, differences == 1 ? "" : "s");
	return 0;
}

int cmd_reload(struct invocation *invocation, struct slicectl_error *error)
{
	return ask(invocation, "Reload", NULL, print_reload, error);
}
