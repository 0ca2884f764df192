/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Families whose root exited before it could be read.  A child of such a root has the root's name
 * until it executes a program.  So a child that matches a rule, and has executed nothing since its
 * fork, shows that the root matched too, and that all other children belong to the same family.
 * This is certain only after all events that were queued when the child matched have been read: one
 * of them may be its exec.  It holds only for rules whose keys match nothing but what fork copies,
 * and only if the name came from the program or a script and was not set by the process.
 */

#include "supervisor/family/family.h"

/* The match of a child whose parent exited unread. */
struct unread_match {
	struct family *family; /* the one that the child began; NULL: the match was refuted */
	pid_t ancestor, child;
	uint64_t ancestor_since_ns, matched_ns;
};

/* The matches that are neither confirmed nor refuted yet. */
struct unread;

struct unread *unread_new(void);
struct unread *unread_free(struct unread *unread);

/* Adds the match of @child, with which @family has just begun, if its parent is unread and the
 * conditions above hold. */
void unread_note(struct unread *unread, struct view *view, const struct process *child,
		 struct family *family);

/* Whether the match that began the family is still unconfirmed.  Such a family must be kept even if
 * its members have exited. */
bool unread_concerns(const struct unread *unread, const struct family *family);

/* To be called before @family is freed. */
void unread_forget(struct unread *unread, const struct family *family);

/* Refutes the match of @child if it executed a program, at @event_ns, before the match. */
void unread_refute(struct unread *unread, pid_t child, uint64_t event_ns);

/* Whether there are unconfirmed matches. */
bool unread_is_pending(const struct unread *unread);

/* To be called when no event is queued any more: every match that was not refuted is then
 * confirmed.  Removes one and returns it; false when none is left. */
bool unread_take(struct unread *unread, struct unread_match *ret_match);
