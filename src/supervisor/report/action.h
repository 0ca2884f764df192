/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* An action as data, and its outcome. */

#include "base/error.h"
#include "base/identity.h"
#include "supervisor/family/family.h"

enum action_kind {
	ACTION_MONITOR, /* record the match only */
	ACTION_HOOK,    /* run a command */
	ACTION_PLACE,   /* move the family into its scope */
	ACTION_KILL,    /* kill the family, or only its root */
	ACTION_RELEASE, /* remove a scope that a rule made and that is empty */
	ACTION_OWN,     /* done by the supervisor on its own */
	ACTION_ASKED,   /* requested by a client at the control socket */
	_ACTION_KIND_MAX,
};

struct action {
	enum action_kind kind;
	const char *rule;                  /* name of the rule that acts; NULL for ASKED */
	const char *asked, *actor, *owner; /* of ASKED and OWN: action, actor, for which owner */
	const char *scope;                 /* path relative to the base; NULL for none */
	struct family *family;             /* NULL for RELEASE, and for HOOK in another family */
	const struct procfs_stat *subject; /* the process that matched; NULL for none */
	const struct held_process *held;   /* the same, while the caller holds it; or NULL */
	uint64_t event_ns;                 /* of the kernel's event; 0: none */
	bool dry_run;                      /* the rule has dry-run = yes */
	bool follows;                      /* continues an action that was checked before */
	int signal;                        /* of KILL */
	const struct rule *hook;           /* of HOOK: the rule */
	const char *old, *new;             /* of OWN: values before and after; or NULL */
	bool by_watch;                     /* of HOOK: a watch runs it; rule is its name */
	const char *const *environment;    /* of HOOK: more of it, NULL-terminated; or NULL */
	const char *reason;                /* of HOOK: why the rule matched; or of OWN */
	pid_t family_pid;                  /* of the root, for HOOK, where the family may be gone */
	const char *argv;                  /* of the root, for the same reason */
};

struct outcome {
	int code;
	bool dry_run; /* the action was decided, but not carried out */
	size_t processes;
	struct slicectl_error error;
};

/* Its sentence, or the text of its errno. */
const char *outcome_text(const struct outcome *outcome);

/* The action of a rule on a family, with the facts of the match. */
struct action action_on(struct family *family, enum action_kind kind);

/* An action of the supervisor on a scope, without a rule. */
struct action action_own(const char *what, const char *scope, const char *reason);

/* An action that a client requests. */
struct action action_asked(const char *asked, const char *actor, const char *owner,
			   const char *scope);
