/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Converts the files of libcgroup, cgconfig.conf(5) and cgrules.conf(5), to
 * slicectl.conf(5).  A warning reports everything that cgroup v2 does not have or has in
 * another form.
 */

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

struct import_value {
	char *file, *value; /* as read; after import_convert() those of cgroup v2 */
};

struct import_group {
	char *path; /* "daemons/www", without leading and trailing slashes */
	struct import_value *values;
	size_t n_values;
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

void import_warn(struct import *import, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Index of the group with that path, which is added if needed; or -ENOMEM. */
ssize_t import_group_at(struct import *import, const char *path);
int import_add_value(struct import_group *group, const char *file, const char *value);

void import_done(struct import *import);
