/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/authority.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "base/parse.h"
#include "cgroup/hierarchy.h"
#include "config/words.h"

/* 4294967295 is (uid_t)-1, which to chown(2) means no change. */
#define AUTHORITY_ID_MAX (UINT32_MAX - 1)

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

/* Finds a user by name or number; @ret_gid is the primary group, or -1 when it is unknown. */
static bool authority_find_account(const char *word, uid_t *ret_uid, gid_t *ret_gid)
{
	const struct passwd *user;
	uint64_t number;

	if (parse_u64(word, 0, AUTHORITY_ID_MAX, &number) == 0) {
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

static bool authority_find_gid(const char *word, gid_t *ret_gid)
{
	const struct group *group;
	uint64_t number;

	if (parse_u64(word, 0, AUTHORITY_ID_MAX, &number) == 0) {
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

	if (!authority_find_account(word, &uid, &gid))
		return false;
	*ret_id = uid;
	return true;
}

bool authority_find_group(const char *word, uint32_t *ret_id)
{
	gid_t gid;

	if (!authority_find_gid(word, &gid))
		return false;
	*ret_id = gid;
	return true;
}

const char *authority_unknown(const struct config_people *people)
{
	uid_t uid;
	gid_t gid;

	for (char **word = people->users; word && *word; word++) {
		if (!authority_find_account(*word, &uid, &gid))
			return *word;
	}
	for (char **word = people->groups; word && *word; word++) {
		if (!authority_find_gid(*word, &gid))
			return *word;
	}
	return NULL;
}

bool authority_delegatee(const struct config_owner *owner, uid_t *ret_uid, gid_t *ret_gid)
{
	const struct config_people *people = &owner->people;

	if (!people->users || !authority_find_account(people->users[0], ret_uid, ret_gid) ||
	    *ret_uid == 0)
		return false;
	if (people->groups)
		(void)authority_find_gid(people->groups[0], ret_gid);
	return true;
}

static int resolve_words(char *const *words, bool (*find)(const char *word, uint32_t *ret_id),
			 uint32_t **ret_ids, size_t *ret_n)
{
	uint32_t *ids = calloc(words_count(words) + 1, sizeof(*ids));
	size_t n = 0;

	if (!ids)
		return -ENOMEM;
	for (; words && *words; words++)
		n += find(*words, &ids[n]);
	*ret_ids = ids;
	*ret_n = n;
	return 0;
}

static int resolve_people(struct config_people *people)
{
	int r = resolve_words(people->users, authority_find_user, &people->uids, &people->n_uids);

	return r < 0 ? r :
		       resolve_words(people->groups, authority_find_group, &people->gids,
				     &people->n_gids);
}

int authority_resolve(struct config *config)
{
	int r = resolve_people(&config->supervisor.readers);

	if (r == 0)
		r = resolve_people(&config->supervisor.emergency);
	for (size_t i = 0; r == 0 && i < config->n_owners; i++)
		r = resolve_people(&config->owners[i].people);
	return r;
}

static bool ids_include(const uint32_t *ids, size_t n, uint32_t id)
{
	for (size_t i = 0; i < n; i++) {
		if (ids[i] == id)
			return true;
	}
	return false;
}

static bool people_are_empty(const struct config_people *people)
{
	return !people->users && !people->groups;
}

static bool people_include(const struct config_people *people, const struct caller *caller)
{
	bool is_listed = ids_include(people->uids, people->n_uids, caller->uid);

	for (size_t i = 0; !is_listed && i < caller->n_groups; i++)
		is_listed = ids_include(people->gids, people->n_gids, caller->groups[i]);
	return is_listed;
}

/* Only root may act as an owner that lists nobody. */
static bool acts_as(const struct config_owner *owner, const struct caller *caller)
{
	return people_are_empty(&owner->people) ? caller->uid == 0 :
						  people_include(&owner->people, caller);
}

bool authority_acts_as(const struct config *config, const char *owner, const struct caller *caller)
{
	const struct config_owner *found = config_find_owner(config, owner);

	return found && acts_as(found, caller);
}

bool authority_may_read(const struct config *config, const struct caller *caller)
{
	const struct config_people *readers = &config->supervisor.readers;

	if (caller->uid == 0 || people_are_empty(readers) || people_include(readers, caller))
		return true;
	for (size_t i = 0; i < config->n_owners; i++) {
		if (acts_as(&config->owners[i], caller))
			return true;
	}
	return false;
}

bool authority_may_declare(const struct config *config, const struct caller *caller)
{
	return people_include(&config->supervisor.emergency, caller);
}

int authority_check(const struct config *config, const char *owner, const struct caller *caller,
		    struct slicectl_error *error)
{
	const struct config_owner *found = config_find_owner(config, owner);

	if (!found)
		return error_set(error, ENOENT, "there is no owner '%s' in the configuration",
				 owner);
	if (!acts_as(found, caller))
		return error_set(error, EPERM,
				 "uid %u is not among the users and groups of owner '%s'",
				 (unsigned)caller->uid, owner);
	return 0;
}

int authority_claim(const struct config *config, const struct slicectl_hierarchy *hierarchy,
		    const char *path, const char *as, const struct caller *caller,
		    const char **ret_owner, struct slicectl_error *error)
{
	const char *owner = as ? as : slicectl_hierarchy_owner(hierarchy, path);
	int r;

	*ret_owner = owner;
	if (!owner)
		return error_set(error, EPERM,
				 "%s belongs to no configured slice, so it has no owner and is never changed",
				 path);
	r = authority_check(config, owner, caller, error);
	return r < 0 ? r : hierarchy_check_owner(hierarchy, owner, path, error);
}
