/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/verb.h"

#include <errno.h>

#include "base/text.h"
#include "test.h"

static void rows_are_found_by_both_names(void)
{
	for (enum scope_verb verb = 0; verb < _VERB_MAX; verb++) {
		const struct verb *row = verb_row(verb);
		enum scope_verb found = _VERB_MAX;

		CHECK_FATAL(row->command && row->method && row->action);
		CHECK_INT(verb_of_command(row->command, &found), 0);
		CHECK_INT(found, verb);
		found = _VERB_MAX;
		CHECK_INT(verb_of_method(row->method, &found), 0);
		CHECK_INT(found, verb);
	}
}

static void other_names_are_not_found(void)
{
	static const char *const others[] = { NULL, "", "list", "show", "scope.create", "Create" };
	enum scope_verb verb = VERB_THAW;

	for (size_t i = 0; i < ELEMENTS(others); i++) {
		CHECK_INT(verb_of_command(others[i], &verb), -ENOENT);
		CHECK_INT(verb_of_method(others[i], &verb), -ENOENT);
	}
	CHECK_INT(verb_of_method("create", &verb), -ENOENT);
	CHECK_INT(verb_of_command("ScopeCreate", &verb), -ENOENT);
	CHECK_INT(verb, VERB_THAW);
}

/* "create", "ScopeCreate" and "scope.create" are one word in three forms. */
static void names_of_a_row_agree(void)
{
	for (enum scope_verb verb = 0; verb < _VERB_MAX; verb++) {
		const struct verb *row = verb_row(verb);

		CHECK(text_starts_with(row->action, "scope."));
		CHECK_TEXT(row->action + strlen("scope."), row->command);
		CHECK(text_starts_with(row->method, "Scope"));
		CHECK_TEXT(row->method + strlen("Scope") + 1, row->command + 1);
	}
}

static void each_verb_has_its_deed(void)
{
	bool seen[_DEED_KIND_MAX] = { false };

	for (enum scope_verb verb = 0; verb < _VERB_MAX; verb++) {
		CHECK(!seen[verb_row(verb)->deed]);
		seen[verb_row(verb)->deed] = true;
	}
	CHECK_INT(_VERB_MAX, DEED_RESTORE); /* what follows is not for clients */
}

/* The error about --force names these three. */
static void an_emergency_allows_freeze_kill_and_destroy(void)
{
	for (enum scope_verb verb = 0; verb < _VERB_MAX; verb++) {
		const struct verb *row = verb_row(verb);
		bool forcible = verb == VERB_FREEZE || verb == VERB_KILL || verb == VERB_DESTROY;

		CHECK_INT(row->forcible, forcible);
		CHECK_INT(row->waits, forcible || verb == VERB_THAW);
	}
}

TEST_MAIN("verb", CASE(rows_are_found_by_both_names), CASE(other_names_are_not_found),
	  CASE(names_of_a_row_agree), CASE(each_verb_has_its_deed),
	  CASE(an_emergency_allows_freeze_kill_and_destroy))
