/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The users and groups that a configuration names.  They are looked up together, because the
 * user database may be a directory service that answers late or never. */

#include "config/account.h"

struct accounts {
	struct account *list;
	size_t n;
};

/* Adds a word that is not in the list yet.  -ENOMEM. */
int accounts_add(struct accounts *accounts, enum account_kind kind, const char *word);

const struct account *accounts_find(const struct accounts *accounts, enum account_kind kind,
				    const char *word);

/* Asks about all of them in a thread, and waits at most @timeout_usec.  Those without an answer
 * by then stay as they are. */
void accounts_ask_within(struct accounts *accounts, uint64_t timeout_usec);

/* Copies the words that are open.  -ENOMEM. */
int accounts_copy_open(const struct accounts *accounts, struct accounts *ret_copy);

/* Copies words and answers.  -ENOMEM. */
int accounts_copy(const struct accounts *accounts, struct accounts *ret_copy);

/* Takes over what is known about words that are open.  Returns the number of answers that differ
 * from what was known. */
size_t accounts_take(struct accounts *accounts, struct accounts *answers);

bool accounts_are_open(const struct accounts *accounts);

void accounts_done(struct accounts *accounts);

#define _cleanup_accounts_ _cleanup_(accounts_done)
