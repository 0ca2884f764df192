/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Decides which users may act as which owner. */

#include "config/config.h"

struct caller {
	uid_t uid;
	gid_t *groups; /* primary and supplementary */
	size_t n_groups;
	pid_t pid; /* of the calling process; 0 when it is not needed */
};

/* The credentials of this process; free them with caller_done(). */
int caller_self(struct caller *ret_caller);
void caller_done(struct caller *caller);

#define _cleanup_caller_ _cleanup_(caller_done)

/* The id of a user or group that is given by name or number.  False when there is none.  Asks the
 * user database, which can take long. */
bool authority_find_user(const char *word, uint32_t *ret_id);
bool authority_find_group(const char *word, uint32_t *ret_id);

/* The user and group that the owner's slices are delegated to: the first user and the first
 * group that are listed; without a group, the user's primary group; -1 when that is not known.
 * False when that user is root or not known. */
bool authority_delegatee(const struct config *config, const struct config_owner *owner,
			 uid_t *ret_uid, gid_t *ret_gid);

/* Whether that first user is not known yet. */
bool authority_awaits_delegatee(const struct config *config, const struct config_owner *owner);

/*
 * Returns 0 when the configuration lists the caller among the users or groups of @owner;
 * only root may act as an owner that lists neither.  -EPERM otherwise, -ENOENT when there
 * is no such owner.
 */
int authority_check(const struct config *config, const char *owner, const struct caller *caller,
		    struct slicectl_error *error);

/*
 * The owner on whose behalf the caller changes @path (normalised): @as, or the owner of the
 * path when @as is NULL.  The caller must be allowed to act as that owner.  -EPERM when the
 * path has no owner or a different one.  *ret_owner is set on failure too, when it is known.
 */
int authority_claim(const struct config *config, const struct slicectl_hierarchy *hierarchy,
		    const char *path, const char *as, const struct caller *caller,
		    const char **ret_owner, struct slicectl_error *error);

/* Whether the caller may act as @owner. */
bool authority_acts_as(const struct config *config, const char *owner, const struct caller *caller);

/* Whether the caller may query the supervisor.  Root, users who may act as an owner, and the
 * configured readers may; without configured readers everyone may. */
bool authority_may_read(const struct config *config, const struct caller *caller);

/* Whether the caller may declare an emergency.  Root may only when it is listed. */
bool authority_may_declare(const struct config *config, const struct caller *caller);
