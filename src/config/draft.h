/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A configuration while its files are being read. */

#include "config/config.h"
#include "config/key.h"
#include "config/reader.h"

struct draft {
	struct config *config;
	struct problem_list *problems;
	/* The section being read; CONFIG_SECTION_NONE after a bad one, whose keys
	 * are passed over (the bad section itself is told). */
	enum config_section section;
	void *target; /* struct config_owner, config_slice or rule; not owned */
	size_t rule;  /* index of the rule being read */
	/* Sections that this file has had: a second one is a mistake. */
	char **seen;
};

int draft_read_file(struct draft *draft, const char *file);

/* The same of a text that has that name in problems. */
int draft_read_text(struct draft *draft, const char *text, const char *name);

/* What only the whole can show: owners that nobody declared, rules without a
 * key, slices without a parent.  Also sorts slices parents first. */
void draft_finish(struct draft *draft);

/* Declares the default slices where no file named any, and the two owners that
 * the contract names. */
int draft_add_defaults(struct draft *draft);
