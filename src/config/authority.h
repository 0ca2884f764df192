/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who may act as which owner. */

#include "config/config.h"

struct caller {
	uid_t uid;
	gid_t *groups; /* primary and supplementary */
	size_t n_groups;
	pid_t pid; /* that asks; 0 where it does not matter */
};

/* Our own credentials; free with caller_done(). */
int caller_self(struct caller *ret_caller);
void caller_done(struct caller *caller);

#define _cleanup_caller_ _cleanup_(caller_done)

/* The number of a user or group by name or number.  False when there is none. */
bool authority_find_user(const char *word, uint32_t *ret_id);
bool authority_find_group(const char *word, uint32_t *ret_id);

/* Looks up everybody whom the configuration names.  Who is not known now is nobody until
 * it is read again.  -ENOMEM. */
int authority_resolve(struct config *config);

/* The first word that names nobody at the moment, or NULL. */
const char *authority_unknown(const struct config_people *people);

/* The user and group that the owner's slices are delegated to: the first user
 * and the first group named, or else the user's own.  False when that is root, or
 * when there is no such user. */
bool authority_delegatee(const struct config_owner *owner, uid_t *ret_uid, gid_t *ret_gid);

/*
 * 0 when the config lists the caller among the users or groups of @owner; an
 * owner without any of both is root's.  -EPERM otherwise, -ENOENT when there is
 * no such owner.
 */
int authority_check(const struct config *config, const char *owner, const struct caller *caller,
		    struct slicectl_error *error);

/*
 * On whose behalf the caller changes @path (its one form): @as, which may be NULL, or the
 * owner of the path, whom he must be allowed to act as.  -EPERM for a path that has no
 * owner, or another one.  *ret_owner is set where it is known, also on failure.
 */
int authority_claim(const struct config *config, const struct slicectl_hierarchy *hierarchy,
		    const char *path, const char *as, const struct caller *caller,
		    const char **ret_owner, struct slicectl_error *error);

/* Whether he may act as that owner. */
bool authority_acts_as(const struct config *config, const char *owner, const struct caller *caller);

/* Whether the caller may ask the supervisor: root, who may act for an owner, and who the
 * configuration names, or everyone where it names nobody (RI6). */
bool authority_may_read(const struct config *config, const struct caller *caller);

/* Whether he is one of those who may declare an emergency. */
bool authority_may_declare(const struct config *config, const struct caller *caller);
