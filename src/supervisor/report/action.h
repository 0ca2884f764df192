/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is to be done, as data, and what came of it. */

#include "base/error.h"
#include "base/identity.h"
#include "supervisor/family/family.h"

enum action_kind {
	ACTION_MONITOR, /* record only */
	ACTION_HOOK,    /* run a command */
	ACTION_PLACE,   /* the family into its scope */
	ACTION_KILL,    /* the family, or its root */
	ACTION_RELEASE, /* remove a scope that a rule made and that is empty */
	ACTION_OWN,     /* what the supervisor does by itself */
	ACTION_ASKED,   /* what somebody asks for at the control socket */
	_ACTION_KIND_MAX,
};

struct action {
	enum action_kind kind;
	const char *rule;                  /* name of the rule that asks for it; NULL for ASKED */
	const char *asked, *actor, *owner; /* of ASKED and OWN: what, who, and for which owner */
	const char *scope;                 /* path relative to the base; NULL for none */
	struct family *family;             /* NULL for RELEASE, and a HOOK in another's */
	const struct procfs_stat *subject; /* the process that it began with; NULL for none */
	const struct held_process *held;   /* the same, while it is held; or NULL */
	uint64_t event_ns;                 /* of the kernel's event; 0 without one */
	bool dry_run;                      /* the rule only decides */
	bool follows;                      /* from an action that was weighed before */
	int signal;                        /* of KILL */
	const struct rule *hook;           /* of HOOK: the rule, and why it matched */
	const char *reason;
	pid_t family_pid; /* where the family may be gone: its root, and the command line */
	const char *argv;
};

struct outcome {
	int code;
	bool dry_run; /* it was only decided */
	size_t processes;
	struct slicectl_error error;
};

/* What a rule does to a family, with the facts of its match. */
struct action action_on(struct family *family, enum action_kind kind);

/* What the supervisor does by itself to a scope. */
struct action action_own(const char *what, const char *scope, const char *reason);

/* What somebody asks for. */
struct action action_asked(const char *asked, const char *actor, const char *owner,
			   const char *scope);
