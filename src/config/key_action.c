/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Setters of the keys of [rule NAME] that are options of its action. */

#include <errno.h>
#include <signal.h>

#include "base/clock.h"
#include "base/signal_name.h"
#include "base/text.h"
#include "config/field.h"
#include "config/key_rule.h"
#include "config/words.h"
#include "rule/rule.h"

int key_action_set_linger(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_span(&((struct rule *)target)->linger_usec, value, 0, CLOCK_USEC_PER_MSEC,
			      true, error);
}

int key_action_set_on_root_exit(void *target, const char *value, struct slicectl_error *error)
{
	static const char *const names[_RULE_ROOT_EXIT_MAX] = {
		[RULE_ROOT_EXIT_KEEP] = "keep",
		[RULE_ROOT_EXIT_TERM] = "term",
		[RULE_ROOT_EXIT_KILL] = "kill",
	};
	int choice = 0, r;

	r = field_choose(value, names, _RULE_ROOT_EXIT_MAX, &choice, error);
	((struct rule *)target)->on_root_exit = (enum rule_root_exit)choice;
	return r;
}

int key_action_set_foreign_units(void *target, const char *value, struct slicectl_error *error)
{
	static const char *const names[_RULE_FOREIGN_UNITS_MAX] = {
		[RULE_FOREIGN_UNITS_AUTO] = "auto",
		[RULE_FOREIGN_UNITS_YES] = "yes",
		[RULE_FOREIGN_UNITS_NO] = "no",
	};
	int choice, r = field_choose(value, names, _RULE_FOREIGN_UNITS_MAX, &choice, error);

	if (r == 0)
		((struct rule *)target)->foreign_units = (enum rule_foreign_units)choice;
	return r;
}

int key_action_set_hold(void *target, const char *value, struct slicectl_error *error)
{
	bool holds = true;
	int r = field_set_flag(&holds, value, true, error);

	((struct rule *)target)->lets_go = r == 0 && !holds;
	return r;
}

int key_action_set_from_families(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_flag(&((struct rule *)target)->from_families, value, false, error);
}

int key_action_set_signal(void *target, const char *value, struct slicectl_error *error)
{
	int signal = 0;

	if (*value && signal_parse(value, &signal) < 0)
		return error_set(error, EINVAL,
				 "'%s' is not a signal that can end a process; use TERM, INT, HUP, QUIT, ABRT, USR1, USR2 or KILL",
				 TEXT_ESCAPE(value));
	((struct rule *)target)->signal = signal == SIGKILL ? 0 : signal;
	return 0;
}

int key_action_set_grace(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_span(&((struct rule *)target)->grace_usec, value, 0, CLOCK_USEC_PER_MSEC,
			      true, error);
}

int key_action_set_kill_scope(void *target, const char *value, struct slicectl_error *error)
{
	static const char *const names[] = { "family", "leader" };
	int choice = 0, r;

	r = field_choose(value, names, 2, &choice, error);
	((struct rule *)target)->leader_only = choice == 1;
	return r;
}

/* An absolute path is required, because what is found through PATH may change. */
int key_action_set_command(void *target, const char *value, struct slicectl_error *error)
{
	struct rule *rule = target;
	_cleanup_words_ char **words = NULL;
	int r = field_add_words(&words, value, error);

	if (r == 0 && words && **words != '/')
		return error_set(error, EINVAL, "'%s' is not an absolute path", TEXT_ESCAPE(*words));
	if (r < 0)
		return r;
	(void)words_free(rule->command);
	rule->command = words;
	words = NULL;
	return 0;
}

int key_action_set_timeout(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_span(&((struct rule *)target)->timeout_usec, value, RULE_HOOK_TIMEOUT_USEC,
			      CLOCK_USEC_PER_MSEC, false, error);
}

int key_action_set_latch(void *target, const char *value, struct slicectl_error *error)
{
	bool latch = true;
	int r = field_set_flag(&latch, value, true, error);

	((struct rule *)target)->every_match = !latch;
	return r;
}
