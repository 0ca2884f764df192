/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/exit_status.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/command.h"
#include "cli/print.h"
#include "config/authority.h"
#include "control/client.h"

/* slicectld answers after 5 s at the latest. */
#define ANSWER_USEC (15 * CLOCK_USEC_PER_SEC)

enum { TRIES = 8, PAUSE_NSEC = 100 * 1000 * 1000 };

struct rule_apply {
	json_t *env, *uids; /* lists; NULL: the option is not given */
};

static int append(json_t **list, json_t *value, struct slicectl_error *error)
{
	if (!*list)
		*list = json_array();
	return json_array_append_new(*list, value) < 0 ? error_set(error, ENOMEM, "out of memory") :
							 0;
}

static int set_env(void *target, const struct option_row *row, const char *value,
		   struct slicectl_error *error)
{
	json_t *text;

	if (!strchr(value, '=') || *value == '=')
		return error_set(error, EINVAL, "--env: '%s' is not NAME=VALUE", TEXT_ESCAPE(value));
	text = json_string(value);
	if (!text)
		return error_set(error, EINVAL, "--env: '%s' is not valid UTF-8",
				 TEXT_ESCAPE(value));
	return append(option_row_member(target, row), text, error);
}

static int set_user(void *target, const struct option_row *row, const char *value,
		    struct slicectl_error *error)
{
	uint32_t uid;

	if (!authority_find_user(value, &uid))
		return error_set(error, EINVAL, "--user: there is no user '%s' on this machine",
				 TEXT_ESCAPE(value));
	return append(option_row_member(target, row), json_integer(uid), error);
}

static void options_done(void *target)
{
	struct rule_apply *options = target;

	json_decref(options->env);
	json_decref(options->uids);
}

static void print_applied(const json_t *applied)
{
	const char *scope = ask_text(applied, "scope", "");
	const char *reason = ask_text(applied, "reason", "");

	(void)printf("%-8lld %-16s %-8s by rule %s%s%s: %s%s%s\n", ask_number(applied, "pid"),
		     ask_text(applied, "comm", ""), ask_text(applied, "action", ""),
		     ask_text(applied, "rule", ""), *scope ? " in " : "", scope,
		     ask_text(applied, "result", ""), *reason ? ", " : "", reason);
}

/* Prints the reply unless it is quiet or JSON, and returns the exit status. */
static int take_reply(const json_t *reply, bool prints)
{
	const json_t *processes = json_object_get(reply, "processes"), *applied;
	int status = 0;
	size_t i;

	json_array_foreach (processes, i, applied) {
		const char *result = ask_text(applied, "result", "");

		if (prints)
			print_applied(applied);
		if (!text_equal(result, "done") && !text_equal(result, "dry-run"))
			status = EXIT_DIFFERENT;
	}
	if (prints && json_array_size(processes) == 0)
		(void)printf("no process matches%s\n",
			     ask_number(reply, "unchanged") > 0 ?
				     " that is not where its rule wants it already" :
				     "");
	return status;
}

static json_t *parameters_of(const struct invocation *invocation)
{
	const struct rule_apply *options = invocation->options;
	json_t *rules = json_array();

	for (int i = 0; i < invocation->n_operands; i++)
		(void)json_array_append_new(rules,
					    json_string(TEXT_ESCAPE(invocation->operands[i])));
	return json_pack("{s:o, s:O?, s:O?}", "rules", rules, "env", options->env, "uids",
			 options->uids);
}

/* On a busy machine slicectld may not have read a process in the few milliseconds that it waits; then it
 * has done nothing, and what it reads meanwhile is there the next time. */
static int apply(const struct invocation *invocation, json_t **ret_reply,
		 struct slicectl_error *error)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NSEC };
	int r = -ETIMEDOUT;

	for (int i = 0; i < TRIES && r == -ETIMEDOUT; i++) {
		if (i > 0)
			(void)nanosleep(&pause, NULL);
		*error = (struct slicectl_error)SLICECTL_ERROR_INIT;
		r = client_call(invocation->root, "RuleApply", parameters_of(invocation),
				ANSWER_USEC, ret_reply, error);
	}
	return r;
}

int cmd_rule_apply(struct invocation *invocation, struct slicectl_error *error)
{
	json_t *reply = NULL;
	int status, r = apply(invocation, &reply, error);

	if (r < 0)
		return r;
	status = take_reply(reply, !invocation->json && !invocation->quiet);
	if (!invocation->json) {
		json_decref(reply);
		return status;
	}
	r = print_json(reply);
	return r < 0 ? r : status;
}

static const struct option_row rows[] = {
	{ "env", 0, "NAME=VALUE", "only processes with this variable; may be repeated", set_env,
	  offsetof(struct rule_apply, env) },
	{ "user", 0, "NAME|UID", "only processes of this user; may be repeated", set_user,
	  offsetof(struct rule_apply, uids) },
	{ 0 },
};

const struct option_group rule_apply_options = { rows, sizeof(struct rule_apply), NULL,
						 options_done };
