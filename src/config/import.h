/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Converts the files of libcgroup, cgconfig.conf(5) and cgrules.conf(5), to
 * slicectl.conf(5).  A warning and a comment report everything that cgroup v2 does not have
 * or has in another form.
 */

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

struct import_value {
	char *file, *value; /* as read; after import_convert() those of cgroup v2 */
	const char *source; /* the file that has the value; owned by the caller */
	unsigned line;      /* in the source */
	char *told;         /* instead of a limit: the sentence that says what became of it */
};

struct import_group {
	char *path; /* "daemons/www", without leading and trailing slashes */
	struct import_value *values;
	size_t n_values;
	const char *source; /* of a template; NULL for a group */
	unsigned line;
};

struct import_rule {
	char *user;    /* "alice", "@group" or "*" */
	char *process; /* NULL: any */
	char *destination; /* as read, without leading and trailing slashes; import_print() flattens it */
	char *limits;     /* path of the group that has the limits; NULL before import_print() */
	const char *file; /* owned by the caller */
	unsigned line;
	bool ignores;
};

struct import {
	struct import_group *groups;
	size_t n_groups;
	struct import_rule *rules;
	size_t n_rules;
	FILE *warnings; /* one per line */
	size_t n_warnings;
};

/* -EBADMSG with file and line when @text is malformed; -ENOMEM. */
int import_groups(struct import *import, const char *file, const char *text,
		  struct slicectl_error *error);
int import_rules(struct import *import, const char *file, const char *text,
		 struct slicectl_error *error);

/* Converts the values of all groups to cgroup v2. */
int import_convert(struct import *import);

/* Prints everything that was imported as a configuration. */
int import_print(struct import *import, FILE *out);

/* Comments out what slicectl.conf(5) does not take, such as a line that is too long, and
 * warns of it; @text is replaced. */
int import_mend(struct import *import, char **text);

void import_warn(struct import *import, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Index of the group with that path, which is added if needed; or -ENOMEM. */
ssize_t import_group_at(struct import *import, const char *path);
const struct import_group *import_find_group(const struct import *import, const char *path);

/* Adds a copy of @value, whose strings the caller keeps; .told may be NULL. */
int import_add_value(struct import_group *group, const struct import_value *value);

void import_group_clear(struct import_group *group);
void import_done(struct import *import);
