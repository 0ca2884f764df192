/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/verb.h"

#include <errno.h>

#include "base/text.h"

static const struct verb verbs[_VERB_MAX] = {
	[VERB_CREATE] = { "create", "ScopeCreate", "scope.create", DEED_CREATE, false, false },
	[VERB_DESTROY] = { "destroy", "ScopeDestroy", "scope.destroy", DEED_DESTROY, true, true },
	[VERB_SET] = { "set", "ScopeSet", "scope.set", DEED_SET, false, false },
	[VERB_MOVE] = { "move", "ScopeMove", "scope.move", DEED_MOVE, false, false },
	[VERB_FREEZE] = { "freeze", "ScopeFreeze", "scope.freeze", DEED_FREEZE, true, true },
	[VERB_THAW] = { "thaw", "ScopeThaw", "scope.thaw", DEED_THAW, true, false },
	[VERB_KILL] = { "kill", "ScopeKill", "scope.kill", DEED_KILL, true, true },
};

const struct verb *verb_row(enum scope_verb verb)
{
	return &verbs[verb];
}

int verb_of_command(const char *command, enum scope_verb *ret_verb)
{
	for (enum scope_verb verb = 0; command && verb < _VERB_MAX; verb++) {
		if (text_equal(verbs[verb].command, command)) {
			*ret_verb = verb;
			return 0;
		}
	}
	return -ENOENT;
}

int verb_of_method(const char *method, enum scope_verb *ret_verb)
{
	for (enum scope_verb verb = 0; method && verb < _VERB_MAX; verb++) {
		if (text_equal(verbs[verb].method, method)) {
			*ret_verb = verb;
			return 0;
		}
	}
	return -ENOENT;
}
