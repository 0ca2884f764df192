/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What only the supervisor knows: asked over the control socket. */

#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/exit_status.h"
#include "base/parse.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/print.h"
#include "control/client.h"

#define ANSWER_USEC (10 * CLOCK_USEC_PER_SEC)

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void print_lineage(const json_t *lineage)
{
	const json_t *relative;
	size_t i;

	json_array_foreach(lineage, i, relative) {
		(void)printf("  %-8lld %-16s", json_integer_value(json_object_get(relative, "pid")),
			     text_of(relative, "comm"));
		if (*text_of(relative, "rule"))
			(void)printf(" %s of a family of rule %s", text_of(relative, "type"),
				     text_of(relative, "rule"));
		(void)printf("\n");
	}
}

/* "comm argv" */
static void join(const json_t *words, char *out, size_t size)
{
	const json_t *word;
	size_t i, used = 0;

	out[0] = '\0';
	json_array_foreach(words, i, word) {
		if (used < size)
			used += (size_t)snprintf(out + used, size - used, "%s%s", i ? " " : "",
						 json_string_value(word));
	}
}

static void print_verdict(const json_t *verdict)
{
	const char *rule = text_of(verdict, "rule"), *mismatch = text_of(verdict, "mismatch");
	char matched[128];

	join(json_object_get(verdict, "matched"), matched, sizeof(matched));
	if (json_is_true(json_object_get(verdict, "disabled")))
		(void)printf("  %-20s is off\n", rule);
	else if (json_is_true(json_object_get(verdict, "matches")))
		(void)printf("  %-20s matches by %s: %s (%s)\n", rule, matched,
			     text_of(verdict, "action"), text_of(verdict, "origin"));
	else if (*matched)
		(void)printf("  %-20s comes close: %s matches, %s does not\n", rule, matched, mismatch);
	else
		(void)printf("  %-20s does not match by %s\n", rule, mismatch);
}

static bool print_rules(const json_t *rules)
{
	const json_t *verdict;
	bool decided = false;
	size_t i;

	json_array_foreach(rules, i, verdict) {
		print_verdict(verdict);
		decided = decided || json_is_true(json_object_get(verdict, "matches"));
	}
	if (!decided)
		(void)printf("  no rule matches\n");
	return decided;
}

static void print_family(const json_t *family)
{
	const char *scope = text_of(family, "scope");

	if (!json_is_object(family)) {
		(void)printf("It is in no family.\n");
		return;
	}
	(void)printf("It is in a family of rule %s (%s%s%s%s), %lld process%s, root %lld (%s).\n",
		     text_of(family, "rule"), text_of(family, "action"), *scope ? " in " : "", scope,
		     json_is_true(json_object_get(family, "dry_run")) ? ", dry run" : "",
		     json_integer_value(json_object_get(family, "processes")),
		     json_integer_value(json_object_get(family, "processes")) == 1 ? "" : "es",
		     json_integer_value(json_object_get(family, "root")), text_of(family, "comm"));
}

static void print_explanation(const json_t *reply)
{
	(void)printf("process %lld (%s)%s%s\n", json_integer_value(json_object_get(reply, "pid")),
		     text_of(reply, "comm"), *text_of(reply, "exempt") ? ": " : "",
		     text_of(reply, "exempt"));
	print_family(json_object_get(reply, "family"));
	(void)printf("Lineage, as it was told of forks:\n");
	print_lineage(json_object_get(reply, "lineage"));
	(void)printf("Rules in file order, for what it is now:\n");
	if (!print_rules(json_object_get(reply, "rules")) &&
	    json_is_object(json_object_get(reply, "family")))
		(void)printf("It stays in its family by descent.\n");
}

int explain_run(struct invocation *invocation, struct slicectl_error *error)
{
	json_t *reply = NULL;
	pid_t pid;
	int r;

	if (parse_pid(invocation->operands[0], &pid) < 0)
		return error_set(error, EINVAL, "'%s' is no pid", TEXT_ESCAPE(invocation->operands[0]));
	r = client_call(invocation->root, "Explain", json_pack("{s:i}", "pid", (int)pid), ANSWER_USEC,
			&reply, error);
	if (r < 0)
		return r;
	if (invocation->json)
		return print_json(reply);
	if (!invocation->quiet)
		print_explanation(reply);
	json_decref(reply);
	return 0;
}

int reload_run(struct invocation *invocation, struct slicectl_error *error)
{
	json_t *reply = NULL;
	int r = client_call(invocation->root, "Reload", NULL, ANSWER_USEC, &reply, error);

	if (r < 0)
		return r;
	if (invocation->json)
		return print_json(reply);
	if (!invocation->quiet)
		(void)printf("read again: %lld rules\n",
			     json_integer_value(json_object_get(reply, "rules")));
	json_decref(reply);
	return 0;
}
