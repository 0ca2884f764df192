/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The subject of a watch, as it is written: "12", "family:12", "family:build" or "a.slice/job". */

#include <sys/types.h>

#include "base/error.h"
#include "observe/resource.h"

enum subject_kind {
	SUBJECT_PROCESS,
	SUBJECT_FAMILY, /* that of a root */
	SUBJECT_RULE,   /* every family of a rule */
	SUBJECT_CGROUP, /* a slice or a scope */
};

struct subject {
	enum subject_kind kind;
	pid_t pid;        /* of the process or the root */
	const char *name; /* of the rule, or the path; points into the text */
};

/* -EINVAL with a sentence.  Whether the path of a cgroup is valid is not checked. */
int subject_parse(const char *text, struct subject *ret_subject, struct slicectl_error *error);

/* Whether the subject uses the resource; -EINVAL with a sentence that says what does. */
int subject_check(const struct subject *subject, const struct resource *resource,
		  struct slicectl_error *error);
