/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Templates of scope paths.  Specifiers: %p pid, %c comm, %u user name, %U uid, %r name of
 * the rule, %% a percent sign.  Text that comes from a process is sanitized to one
 * component of a path: characters that a name may not have become '_'.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* Values of the specifiers; user and uid are needed only when template_has_user(). */
struct template_values {
	pid_t pid;
	const char *comm, *rule, *user, *uid;
};

/* -EINVAL for an unknown specifier or a '%' at the end of @text. */
int template_check(const char *text, struct slicectl_error *error);

/* The caller frees @ret_text.  -ENOMEM, or -EINVAL when template_check() fails. */
int template_expand(const char *text, const struct template_values *values, char **ret_text);

/* Whether the template can give @path, a specifier standing for any text in its component. */
bool template_may_give(const char *text, const char *path);

/* Whether @text has %u or %U. */
bool template_has_user(const char *text);
