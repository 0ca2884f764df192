/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The life of a family, from the match of its root to the exit of its last member. */

#include "supervisor/act/act.h"

struct life;

/* All parameters must outlive the result. */
int life_new(struct node *node, struct families *families, struct report *report, struct act *act,
	     struct life **ret_life, struct slicectl_error *error);

/* Accepts NULL, returns NULL. */
struct life *life_free(struct life *life);

struct life_counts {
	uint64_t matched;    /* families */
	uint64_t unread;     /* processes that exited before they could be read */
	uint64_t unreadable; /* processes of which a file could not be read in time */
};

struct life_counts life_counts(const struct life *life);
