/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Scope names with specifiers: %p pid, %c comm, %r name of the rule, %% a
 * percent sign.  What comes from a process is made safe for one component of a
 * path: other characters than those of a name become '_'.
 */

#include "base/error.h"
#include "rule/rule.h"

/* -EINVAL for an unknown specifier or a '%' at the end. */
int template_check(const char *text, struct slicectl_error *error);

/* The caller frees @ret_text.  -ENOMEM, or -EINVAL for what check refuses. */
int template_expand(const char *text, const struct rule *rule,
		    const struct rule_subject *subject, char **ret_text);
