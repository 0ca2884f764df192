/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the user database says about one word of the configuration. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum account_kind {
	ACCOUNT_USER,
	ACCOUNT_GROUP,
	ACCOUNT_MEMBER, /* a group and its members */
};

#define ACCOUNT_NONE UINT32_MAX

struct account {
	enum account_kind kind;
	char *word;    /* a name, a number, or a number after a plus sign, which is never a name */
	bool answered; /* the user database has answered */
	bool known;
	bool open;         /* a later answer may be another one */
	bool ambiguous;    /* the word is a name, and also the number of another account */
	uint32_t id;       /* of the user or the group, when it is known */
	uint32_t primary;  /* group of the user, or ACCOUNT_NONE */
	uint32_t *members; /* of the group, as the user database lists them */
	size_t n_members;
};

/* "user" or "group". */
const char *account_noun(enum account_kind kind);

/* Whether @word can be an account at all; -EINVAL with a sentence when it cannot. */
int account_check(const char *word, enum account_kind kind, struct slicectl_error *error);

/* Asks the user database, which can take long: a name first, then a number. */
void account_ask(struct account *account);

/* Forgets the answer, not the word. */
void account_forget(struct account *account);
