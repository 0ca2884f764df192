/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Families of roots that ended before we could read what they were.  What such a root
 * forked bears its name until it executes something: a child that matches, and has
 * executed nothing since its fork, tells what the root was, and so whose family all
 * the other children are.  Whether it had executed nothing is known for certain when
 * all is read that was queued at the time of the match.  Only rules whose keys a fork
 * hands on tell anything, and only a name that the program or a script gave.
 */

#include "supervisor/family/family.h"

/* The match of a child whose parent ended unread. */
struct unread_match {
	struct family *family; /* that the child began; NULL: refuted */
	pid_t ancestor, child;
	uint64_t ancestor_since_ns, matched_ns;
};

/* Matches that are not settled yet. */
struct unread;

struct unread *unread_new(void);
struct unread *unread_free(struct unread *unread);

/* @child of an unread parent was matched just now, and began the family. */
void unread_note(struct unread *unread, struct view *view, const struct process *child,
		 struct family *family);

/* Whether a match that began the family waits to be settled: then it is needed still,
 * though its members may have ended. */
bool unread_concerns(const struct unread *unread, const struct family *family);

/* The family is gone. */
void unread_forget(struct unread *unread, const struct family *family);

/* It executed something at that time: if that was before the match, it tells nothing. */
void unread_refute(struct unread *unread, pid_t child, uint64_t event_ns);

/* Whether something waits to be settled. */
bool unread_is_pending(const struct unread *unread);

/* When nothing is queued any more, what was not refuted is true: gives one such match
 * and forgets it; false when there is none left. */
bool unread_take(struct unread *unread, struct unread_match *ret_match);
