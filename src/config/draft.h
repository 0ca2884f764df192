/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A configuration while its files are read. */

#include "config/config.h"
#include "config/key.h"
#include "config/reader.h"

struct draft {
	struct config *config;
	struct problem_list *problems;
	/* The section being read; CONFIG_SECTION_NONE after a section that was rejected and
	 * reported, whose keys are skipped. */
	enum config_section section;
	void *target; /* struct config_owner, config_slice, rule, config_watch or config_policy; not owned */
	size_t rule; /* index of the rule being read */
	/* Sections that were read from this file: each may appear once. */
	char **seen;
	char **files;         /* that were read */
	char **texts;         /* of these files */
	char *const *skipped; /* files that are not read; or NULL */
	char **refused; /* rules, watches and policies with a value that was refused, so what they lack is not known */
};

int draft_read_file(struct draft *draft, const char *file);

/* Reads @text; problems are reported with @name as the file. */
int draft_read_text(struct draft *draft, const char *text, const char *name);

/* Checks what only the complete configuration shows: owners that are not declared, rules
 * without a key, slices without a parent.  Also sorts the slices, parents first. */
void draft_finish(struct draft *draft);

/* Adds the two owners of the default hierarchy, and its slices when no file has a slice. */
int draft_add_defaults(struct draft *draft);
