/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/authority.h"

#include <errno.h>

#include "cgroup/hierarchy.h"
#include "tree.h"
#include "test.h"

/* A configuration of one file, and a hierarchy with its slices. */
struct world {
	struct tree tree;
	struct config *config;
	struct slicectl_hierarchy *hierarchy;
};

static struct world load(const char *text)
{
	_cleanup_problems_ struct problem_list problems = { 0 };
	struct world world = { .tree = tree_new() };
	const struct config_source source = { .root = world.tree.path };
	const struct slicectl_hierarchy_options options = { world.tree.path, true };

	tree_write(&world.tree, "etc/slicectl/slicectl.conf", text);
	CHECK_INT(config_load(&source, &world.config, &problems), 0);
	for (size_t i = 0; i < problems.count; i++)
		(void)printf("\n    problem: %s", problems.lines[i]);
	CHECK_FATAL(world.config != NULL);
	CHECK_FATAL(slicectl_hierarchy_open(&options, &world.hierarchy, NULL) == 0);
	CHECK_INT(config_declare(world.config, world.hierarchy, NULL), 0);
	return world;
}

static void world_done(struct world *world)
{
	slicectl_hierarchy_free(world->hierarchy);
	config_free(world->config);
	tree_done(&world->tree);
}

#define _cleanup_world_ _cleanup_(world_done)

static gid_t no_groups[] = { 4343 };
static gid_t staff[] = { 4343, 77 };

static const struct caller root = { .uid = 0, .groups = no_groups, .n_groups = 1 };
static const struct caller alice = { .uid = 4242, .groups = no_groups, .n_groups = 1 };
static const struct caller bob = { .uid = 4244, .groups = staff, .n_groups = 2 };
static const struct caller mallory = { .uid = 4245, .groups = no_groups, .n_groups = 1 };

#define TEAM "[owner team]\nusers = 4242\ngroups = 77\n[slice t.slice]\nowner = team\n"
#define OPEN "[owner open]\n[slice o.slice]\nowner = open\n"

static void users_or_groups_are_enough(void)
{
	_cleanup_world_ struct world world = load(TEAM OPEN);

	CHECK(authority_acts_as(world.config, "team", &alice));
	CHECK(authority_acts_as(world.config, "team", &bob));
	CHECK(!authority_acts_as(world.config, "team", &mallory));
	CHECK(!authority_acts_as(world.config, "team", &root));
	CHECK(authority_acts_as(world.config, "open", &root));
	CHECK(!authority_acts_as(world.config, "open", &alice));
	CHECK(!authority_acts_as(world.config, "nobody", &root));
}

static void a_group_is_not_a_user_of_that_number(void)
{
	_cleanup_world_ struct world world =
		load("[owner u]\nusers = 77\n[owner g]\ngroups = 4242\n");

	CHECK(!authority_acts_as(world.config, "u", &bob));
	CHECK(!authority_acts_as(world.config, "g", &alice));
}

static void an_owner_of_unknown_users_is_not_roots(void)
{
	_cleanup_world_ struct world world = load("[owner o]\nusers = no-such-user-here\n");
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	CHECK_INT(authority_check(world.config, "o", &root, &error), -EPERM);
	CHECK_HAS(error.message, "uid 0 is not among the users and groups of owner 'o'");
	CHECK_INT(world.config->warnings.count, 1);
	CHECK_TEXT(world.config->warnings.lines[0],
		   "[owner]: owner o: there is no user 'no-such-user-here' on this machine; nobody is taken for it until slicectld finds one");
}

static void unknown_names_are_found(void)
{
	_cleanup_world_ struct world world = load(
		"[owner a]\nusers = 0 root 4242\ngroups = 0 77\n"
		"[owner b]\nusers = root\ngroups = 77 no-such-group-here\n");

	CHECK_INT(world.config->warnings.count, 1);
	CHECK_HAS(world.config->warnings.lines[0],
		  "owner b: there is no group 'no-such-group-here'");
}

static int claim(const struct world *world, const char *path, const char *as,
		 const struct caller *caller, const char **ret_owner)
{
	return authority_claim(world->config, world->hierarchy, path, as, caller, ret_owner, NULL);
}

static void a_path_is_claimed_for_its_owner(void)
{
	_cleanup_world_ struct world world =
		load(TEAM OPEN "[slice t.slice/o.slice]\nowner = open\n[slice t.slice/u.slice]\n");
	const char *owner;

	CHECK_INT(claim(&world, "t.slice/x.scope", NULL, &alice, &owner), 0);
	CHECK_TEXT(owner, "team");
	CHECK_INT(claim(&world, "t.slice/u.slice/x.scope", "team", &bob, &owner), 0);
	CHECK_TEXT(owner, "team");
	/* The deepest slice decides. */
	CHECK_INT(claim(&world, "t.slice/o.slice/x.scope", NULL, &alice, &owner), -EPERM);
	CHECK_TEXT(owner, "open");
	CHECK_INT(claim(&world, "t.slice/o.slice/x.scope", NULL, &root, &owner), 0);
}

static void a_claim_needs_the_right_owner_and_caller(void)
{
	_cleanup_world_ struct world world = load(TEAM OPEN);
	const char *owner;

	CHECK_INT(claim(&world, "t.slice/x.scope", NULL, &mallory, &owner), -EPERM);
	CHECK_TEXT(owner, "team"); /* known although it failed */
	CHECK_INT(claim(&world, "t.slice/x.scope", NULL, &root, &owner), -EPERM);
	/* Both may act as that owner, which does not own the path. */
	CHECK_INT(claim(&world, "t.slice/x.scope", "open", &root, &owner), -EPERM);
	CHECK_INT(claim(&world, "o.slice/x.scope", "team", &alice, &owner), -EPERM);
	CHECK_INT(claim(&world, "t.slice/x.scope", "nobody", &alice, &owner), -ENOENT);
	CHECK_TEXT(owner, "nobody");
}

static void a_path_without_owner_is_never_claimed(void)
{
	_cleanup_world_ struct world world = load(TEAM);
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	const char *owner = "unset";

	CHECK_INT(authority_claim(world.config, world.hierarchy, "none.slice/x.scope", NULL, &root,
				  &owner, &error),
		  -EPERM);
	CHECK(!owner);
	CHECK_HAS(error.message, "none.slice/x.scope belongs to no configured slice");
	/* A name that only begins like a slice is not below it. */
	CHECK_INT(claim(&world, "t.slice-x.slice/x.scope", NULL, &alice, &owner), -EPERM);
	CHECK(!owner);
	CHECK_INT(claim(&world, "none.slice/x.scope", "team", &alice, &owner), -EPERM);
}

static void without_readers_everyone_may_read(void)
{
	_cleanup_world_ struct world closed = load("[supervisor]\nread-users = 4244\n" TEAM);
	_cleanup_world_ struct world groups = load("[supervisor]\nread-groups = 77\n");
	_cleanup_world_ struct world all = load(TEAM);

	CHECK(authority_may_read(closed.config, &root));
	CHECK(authority_may_read(closed.config, &bob));
	CHECK(authority_may_read(closed.config, &alice)); /* acts as team */
	CHECK(!authority_may_read(closed.config, &mallory));
	CHECK(authority_may_read(groups.config, &bob));
	CHECK(!authority_may_read(groups.config, &mallory));
	CHECK(authority_may_read(all.config, &mallory));
}

static void unknown_readers_do_not_open_it_to_everyone(void)
{
	_cleanup_world_ struct world world = load("[supervisor]\nread-users = no-such-user-here\n");

	CHECK(!authority_may_read(world.config, &mallory));
	CHECK(authority_may_read(world.config, &root));
}

static void only_listed_users_may_declare(void)
{
	_cleanup_world_ struct world nobody = load(TEAM);
	_cleanup_world_ struct world listed = load("[supervisor]\nemergency-users = 4244\n" TEAM);

	CHECK(!authority_may_declare(nobody.config, &root));
	CHECK(!authority_may_declare(nobody.config, &alice));
	CHECK(authority_may_declare(listed.config, &bob));
	CHECK(!authority_may_declare(listed.config, &root));
	CHECK(!authority_may_declare(listed.config, &alice));
}

static void slices_are_delegated_to_the_first_user(void)
{
	_cleanup_world_ struct world world = load(
		"[owner a]\nusers = 4242 root\n[owner b]\nusers = root 4242\n"
		"[owner c]\nusers = 4242\ngroups = 77 78\n[owner d]\ngroups = 77\n"
		"[owner e]\nusers = no-such-user-here 4242\n");
	uid_t uid = 1;
	gid_t gid = 1;

	CHECK(authority_delegatee(world.config, config_find_owner(world.config, "a"), &uid, &gid));
	CHECK_INT(uid, 4242);
	CHECK(!authority_delegatee(world.config, config_find_owner(world.config, "b"), &uid, &gid));
	CHECK(authority_delegatee(world.config, config_find_owner(world.config, "c"), &uid, &gid));
	CHECK_INT(gid, 77);
	CHECK(!authority_delegatee(world.config, config_find_owner(world.config, "d"), &uid, &gid));
	CHECK(!authority_delegatee(world.config, config_find_owner(world.config, "e"), &uid, &gid));
	CHECK(authority_awaits_delegatee(world.config, config_find_owner(world.config, "e")));
	CHECK(!authority_awaits_delegatee(world.config, config_find_owner(world.config, "d")));
	CHECK(!authority_awaits_delegatee(world.config, config_find_owner(world.config, "a")));
}

static void users_are_found_by_name_and_number(void)
{
	uint32_t id = 1;

	CHECK(authority_find_user("root", &id));
	CHECK_INT(id, 0);
	CHECK(authority_find_group("4294967294", &id));
	CHECK_INT(id, 4294967294);
	CHECK(!authority_find_user("no-such-user-here", &id));
	CHECK(!authority_find_group("no-such-group-here", &id));
	CHECK(!authority_find_user("", &id));
	CHECK(!authority_find_user("-1", &id));
	CHECK(!authority_find_user("4294967295", &id)); /* (uid_t)-1 is nobody */
	CHECK(!authority_find_group("4294967295", &id));
	CHECK(!authority_find_user("4294967296", &id));
	CHECK_INT(id, 4294967294);
}

static void our_own_credentials_are_effective(void)
{
	struct caller self;
	bool found = false;

	CHECK_FATAL(caller_self(&self) == 0);
	CHECK_INT(self.uid, geteuid());
	for (size_t i = 0; i < self.n_groups; i++)
		found = found || self.groups[i] == getegid();
	CHECK(found);
	caller_done(&self);
	CHECK(!self.groups);
}

TEST_MAIN("authority", CASE(users_or_groups_are_enough), CASE(a_group_is_not_a_user_of_that_number),
	  CASE(an_owner_of_unknown_users_is_not_roots), CASE(unknown_names_are_found),
	  CASE(a_path_is_claimed_for_its_owner), CASE(a_claim_needs_the_right_owner_and_caller),
	  CASE(a_path_without_owner_is_never_claimed), CASE(without_readers_everyone_may_read),
	  CASE(unknown_readers_do_not_open_it_to_everyone), CASE(only_listed_users_may_declare),
	  CASE(slices_are_delegated_to_the_first_user), CASE(users_are_found_by_name_and_number),
	  CASE(our_own_credentials_are_effective))
