/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The files of libcgroup, cgconfig.conf(5) and cgrules.conf(5), to slicectl.conf(5).
 * What cgroup v2 does not have, or has in another way, is told.
 */

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

struct import_value {
	char *file, *value; /* as there; afterwards of cgroup v2 */
};

struct import_group {
	char *path; /* "daemons/www", without slashes at the ends */
	struct import_value *values;
	size_t n_values;
};

struct import_rule {
	char *user;        /* "alice", "@group" or "*" */
	char *process;     /* NULL: any */
	char *destination; /* as there, without slashes at the ends; later of ours */
	char *limits;      /* the group that has them; NULL until then */
	const char *file;  /* the caller's */
	unsigned line;
	bool ignores;
};

struct import {
	struct import_group *groups;
	size_t n_groups;
	struct import_rule *rules;
	size_t n_rules;
	FILE *warnings; /* each a line */
	size_t n_warnings;
};

/* A text that is not what it should be is -EBADMSG with file and line; -ENOMEM. */
int import_groups(struct import *import, const char *file, const char *text,
		  struct slicectl_error *error);
int import_rules(struct import *import, const char *file, const char *text,
		 struct slicectl_error *error);

/* Brings the values of every group to those of cgroup v2. */
int import_convert(struct import *import);

/* What was imported, as a configuration. */
int import_print(struct import *import, FILE *out);

void import_warn(struct import *import, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Index of the group of that path, made where it is not; or -ENOMEM. */
ssize_t import_group_at(struct import *import, const char *path);
int import_add_value(struct import_group *group, const char *file, const char *value);

void import_done(struct import *import);
