/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The one way in which the daemon changes anything: an action, as data, passes
 * here.  Owner check, dry-run, audit and counters exist here and nowhere else.
 */

#include "base/identity.h"
#include "supervisor/supervised.h"

enum action_kind {
	ACTION_MONITOR, /* record only */
	ACTION_PLACE,   /* the family into its scope */
	ACTION_KILL,    /* the family, whole */
	ACTION_RELEASE, /* remove a scope that a rule made and that is empty */
	_ACTION_KIND_MAX,
};

struct action {
	enum action_kind kind;
	const char *rule;  /* name of the rule that asks for it */
	const char *scope; /* path relative to the base; NULL for MONITOR */
	struct supervised *family;          /* NULL for RELEASE */
	const struct held_process *subject; /* what it began with; NULL for RELEASE */
	uint64_t event_ns;                  /* of the kernel's event; 0 without one */
};

/* Carries it out, records it and says so.  0 or -errno. */
int apply_action(struct supervisor *supervisor, const struct action *action);

/* A member that was forked before its parent was placed or killed goes the same
 * way; part of the action that was recorded for the family. */
void apply_to_late_member(struct supervisor *supervisor, struct supervised *family,
			  struct process *member);
