/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who may act as which owner. */

#include "config/config.h"

struct caller {
	uid_t uid;
	gid_t *groups; /* primary and supplementary */
	size_t n_groups;
};

/* Our own credentials; free with caller_done(). */
int caller_self(struct caller *ret_caller);
void caller_done(struct caller *caller);

#define _cleanup_caller_ _cleanup_(caller_done)

/*
 * 0 when the config lists the caller among the users or groups of @owner; an
 * owner without any of both is root's.  -EPERM otherwise, -ENOENT when there is
 * no such owner.
 */
int authority_check(const struct config *config, const char *owner, const struct caller *caller,
		    struct slicectl_error *error);
