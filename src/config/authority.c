/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/authority.h"

#include <errno.h>
#include <string.h>

#include "cgroup/hierarchy.h"

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

static bool find_id(enum account_kind kind, const char *word, uint32_t *ret_id)
{
	_cleanup_accounts_ struct accounts accounts = { 0 };

	if (accounts_add(&accounts, kind, word) < 0)
		return false;
	account_ask(accounts.list);
	if (accounts.list[0].known)
		*ret_id = accounts.list[0].id;
	return accounts.list[0].known;
}

bool authority_find_user(const char *word, uint32_t *ret_id)
{
	return find_id(ACCOUNT_USER, word, ret_id);
}

bool authority_find_group(const char *word, uint32_t *ret_id)
{
	return find_id(ACCOUNT_GROUP, word, ret_id);
}

static const struct account *first_account(const struct config *config, enum account_kind kind,
					   char *const *words)
{
	return words ? accounts_find(&config->accounts, kind, words[0]) : NULL;
}

bool authority_delegatee(const struct config *config, const struct config_owner *owner,
			 uid_t *ret_uid, gid_t *ret_gid)
{
	const struct config_people *people = &owner->people;
	const struct account *user = first_account(config, ACCOUNT_USER, people->users);
	const struct account *group = first_account(config, ACCOUNT_GROUP, people->groups);

	if (!user || !user->known || user->id == 0)
		return false;
	*ret_uid = user->id;
	*ret_gid = group ? group->id : user->primary;
	return true;
}

bool authority_awaits_delegatee(const struct config *config, const struct config_owner *owner)
{
	const struct account *user = first_account(config, ACCOUNT_USER, owner->people.users);

	return user && !user->known;
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
