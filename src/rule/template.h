/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Scope names with specifiers: %p pid, %c comm, %u name of its user, %U number of its
 * user, %r name of the rule, %% a percent sign.  What comes from a process is made safe for one component of a
 * path: other characters than those of a name become '_'.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* What specifiers stand for; user and uid only where has_user() said so. */
struct template_values {
	pid_t pid;
	const char *comm, *rule, *user, *uid;
};

/* -EINVAL for an unknown specifier or a '%' at the end. */
int template_check(const char *text, struct slicectl_error *error);

/* The caller frees @ret_text.  -ENOMEM, or -EINVAL for what check refuses. */
int template_expand(const char *text, const struct template_values *values, char **ret_text);

/* Whether it asks for the user. */
bool template_has_user(const char *text);
