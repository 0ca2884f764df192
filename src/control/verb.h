/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The changes to a scope that a client can ask for: one row each, with the names that
 * the command, the protocol and the audit log have for it.
 */

#include <stdbool.h>

#include "cgroup/deed.h"

enum scope_verb {
	VERB_CREATE,
	VERB_DESTROY,
	VERB_SET,
	VERB_MOVE,
	VERB_FREEZE,
	VERB_THAW,
	VERB_KILL,
	_VERB_MAX,
};

struct verb {
	const char *command; /* word after "slicectl scope": "create" */
	const char *method;  /* of the Varlink interface, without its name: "ScopeCreate" */
	const char *action;  /* in audit records: "scope.create" */
	enum deed_kind deed; /* that carries it out */
	bool waits;          /* for processes to exit, freeze or thaw */
	bool forcible;       /* an emergency allows it in another owner's slice */
};

/* @verb is less than _VERB_MAX. */
const struct verb *verb_row(enum scope_verb verb);

/* -ENOENT when no row has that name, or it is NULL; nothing is written then. */
int verb_of_command(const char *command, enum scope_verb *ret_verb);
int verb_of_method(const char *method, enum scope_verb *ret_verb);
