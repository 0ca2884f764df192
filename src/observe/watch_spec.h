/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One watch: a subject, a resource and a level.  It is the same in the configuration, at the control
 * socket and on the command line. */

#include <stdbool.h>

#include "observe/level.h"
#include "observe/subject.h"

/* As it is written; NULL for what is not given.  The strings belong to the owner of the struct. */
struct watch_text {
	char *subject, *resource, *level;
	char *direction, *hysteresis;
	bool no_inherit; /* children that are forked later are not watched */
};

void watch_text_done(struct watch_text *text);

/* Refers to the strings of the text. */
struct watch_spec {
	struct subject subject;
	const struct resource *resource;
	struct level level, hysteresis;
	enum level_direction direction;
	bool inherits;
};

/* -EINVAL with a sentence.  Whether the subject exists is not checked. */
int watch_spec_parse(const struct watch_text *text, struct watch_spec *ret_spec,
		     struct slicectl_error *error);

/* Whether both texts mean the same watch, for a refusal of duplicates. */
bool watch_spec_equal(const struct watch_spec *a, const struct watch_spec *b);
