/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/authority.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "base/parse.h"

int caller_self(struct caller *ret_caller)
{
	int n = getgroups(0, NULL);
	gid_t *groups = n < 0 ? NULL : calloc((size_t)n + 1, sizeof(*groups));

	if (!groups)
		return -ENOMEM;
	n = getgroups(n, groups);
	if (n < 0) {
		free(groups);
		return -errno;
	}
	groups[n] = getegid();
	*ret_caller = (struct caller){
		.uid = geteuid(),
		.groups = groups,
		.n_groups = (size_t)n + 1,
	};
	return 0;
}

void caller_done(struct caller *caller)
{
	free(caller->groups);
	*caller = (struct caller){ 0 };
}

/* A user by name or number; @ret_gid is the primary group, if it is known. */
static bool find_user(const char *word, uid_t *ret_uid, gid_t *ret_gid)
{
	const struct passwd *user;
	uint64_t number;

	if (parse_u64(word, 0, UINT32_MAX, &number) == 0) {
		user = getpwuid((uid_t)number);
		*ret_uid = (uid_t)number;
		*ret_gid = user ? user->pw_gid : (gid_t)-1;
		return true;
	}
	user = getpwnam(word);
	if (!user)
		return false;
	*ret_uid = user->pw_uid;
	*ret_gid = user->pw_gid;
	return true;
}

static bool find_group(const char *word, gid_t *ret_gid)
{
	const struct group *group;
	uint64_t number;

	if (parse_u64(word, 0, UINT32_MAX, &number) == 0) {
		*ret_gid = (gid_t)number;
		return true;
	}
	group = getgrnam(word);
	if (!group)
		return false;
	*ret_gid = group->gr_gid;
	return true;
}

bool authority_find_user(const char *word, uint32_t *ret_id)
{
	uid_t uid;
	gid_t gid;

	if (!find_user(word, &uid, &gid))
		return false;
	*ret_id = uid;
	return true;
}

bool authority_find_group(const char *word, uint32_t *ret_id)
{
	gid_t gid;

	if (!find_group(word, &gid))
		return false;
	*ret_id = gid;
	return true;
}

const char *authority_unknown(const struct config_owner *owner)
{
	uid_t uid;
	gid_t gid;

	for (char **word = owner->users; word && *word; word++) {
		if (!find_user(*word, &uid, &gid))
			return *word;
	}
	for (char **word = owner->groups; word && *word; word++) {
		if (!find_group(*word, &gid))
			return *word;
	}
	return NULL;
}

bool authority_delegatee(const struct config_owner *owner, uid_t *ret_uid, gid_t *ret_gid)
{
	if (!owner->users || !find_user(owner->users[0], ret_uid, ret_gid) || *ret_uid == 0)
		return false;
	if (owner->groups)
		(void)find_group(owner->groups[0], ret_gid);
	return true;
}

static bool is_user(const char *word, uid_t uid)
{
	uid_t found;
	gid_t ignored;

	return find_user(word, &found, &ignored) && found == uid;
}

static bool is_member(const char *word, const struct caller *caller)
{
	gid_t gid;

	if (!find_group(word, &gid))
		return false;
	for (size_t i = 0; i < caller->n_groups; i++) {
		if (caller->groups[i] == gid)
			return true;
	}
	return false;
}

static bool lists(const struct config_owner *owner, const struct caller *caller)
{
	if (!owner->users && !owner->groups)
		return caller->uid == 0;
	for (char **word = owner->users; word && *word; word++) {
		if (is_user(*word, caller->uid))
			return true;
	}
	for (char **word = owner->groups; word && *word; word++) {
		if (is_member(*word, caller))
			return true;
	}
	return false;
}

int authority_check(const struct config *config, const char *owner, const struct caller *caller,
		    struct slicectl_error *error)
{
	const struct config_owner *found = config_find_owner(config, owner);

	if (!found)
		return error_set(error, ENOENT, "there is no owner '%s' in the configuration",
				 owner);
	if (!lists(found, caller))
		return error_set(error, EPERM,
				 "uid %u is not among the users and groups of owner '%s'",
				 (unsigned)caller->uid, owner);
	return 0;
}
