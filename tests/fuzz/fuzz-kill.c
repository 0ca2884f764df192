/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Kills and removals of a scope, in which processes fork, wait in the kernel, belong to another
 * pid namespace or must be spared, on kernels with and without cgroup.kill, while any write
 * fails.  Promise P4 of docs/SECURITY.md is checked after each: with 0 nobody is left, and after
 * a time that was too short the sentence says who is.  The stateful target, fuzz-supervisor, kills nobody.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/error.h"
#include "cgroup/hierarchy.h"
#include "fuzz.h"
#include "scope_world.h"

enum { STEPS_MAX = 24 };

static void add_member(struct input *input)
{
	unsigned traits = take(input);
	uint64_t stuck = traits & 8 ? (uint64_t)take(input) * 20 * CLOCK_USEC_PER_MSEC : 0;

	scope_world_add((struct member){ .below = traits & 1,
					 .forks = traits & 2,
					 .hidden = traits & 4,
					 .stuck_until_usec = scope_world.now_usec + stuck });
}

static void choose_kernel(struct input *input)
{
	static const int failures[] = { EIO, EACCES, ENODEV, EINTR, EPERM, ENOENT, EOPNOTSUPP };
	unsigned traits = take(input);

	scope_world.old_kernel = traits & 1;
	scope_world.threaded = traits & 2;
	scope_world.never_freezes = traits & 4;
	scope_world.failure = failures[(traits >> 4) % 7];
	scope_world.fails_after = traits & 8 ? 1 + take(input) % 8 : 0;
}

/* The sentence has the pid of one that lives, or says that no pid can be told where that is so. */
static bool names_survivor(const struct slicectl_error *error)
{
	bool shown = false;
	char pid[16];

	for (size_t i = 0; i < scope_world.n; i++) {
		const struct member *member = &scope_world.members[i];

		(void)snprintf(pid, sizeof(pid), "%d (", (int)member->pid);
		if (member->alive && strstr(error->message, pid))
			return true;
		shown = shown || (member->alive && !member->hidden);
	}
	return !shown && strstr(error->message, "another pid namespace");
}

static void check_answer(int r, bool removed, const struct slicectl_error *error)
{
	PROMISE("P4", r < 0 || scope_world_alive() == 0);
	PROMISE("P4", r < 0 || !removed || !scope_world_exists());
	PROMISE("P4", r != -ETIMEDOUT || (scope_world_alive() > 0 && names_survivor(error)));
	PROMISE("an error names the scope", r >= 0 || strstr(error->message, WORLD_SCOPE));
}

static bool shows_pid(pid_t pid)
{
	for (size_t i = 0; i < scope_world.n; i++) {
		const struct member *member = &scope_world.members[i];

		if (member->pid == pid && member->alive && !member->hidden)
			return true;
	}
	return false;
}

/* Nobody stays frozen, unless the write that thaws was the one that failed. */
static void check_thawed(bool was_frozen, bool failed)
{
	PROMISE("P6", was_frozen || failed || !scope_world.frozen);
}

static void end_scope(struct input *input, struct slicectl_hierarchy *hierarchy, bool remove)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	unsigned options = take(input);
	pid_t spare = options & 128 ? FIRST_PID + options % MEMBERS_MAX : 0;
	bool was_frozen = scope_world.frozen, can_fail = scope_world.fails_after > 0;
	uint64_t timeout = (uint64_t)(options & 127) * 20 * CLOCK_USEC_PER_MSEC;
	unsigned kills = scope_world.kills;
	bool spared = shows_pid(spare);
	int r;

	scope_world_show();
	r = (remove ? slicectl_scope_destroy : slicectl_scope_kill)(hierarchy, "workload",
								    WORLD_SCOPE, timeout, spare,
								    &error);
	check_answer(r, remove, &error);
	check_thawed(was_frozen, can_fail && scope_world.fails_after == 0);
	PROMISE("P2", !spared || (r == -EBUSY && scope_world.kills == kills));
}

static void step(struct input *input, struct slicectl_hierarchy *hierarchy)
{
	switch (take(input) % 8) {
	case 0:
		choose_kernel(input);
		break;
	case 1:
		scope_world_pass((uint64_t)take(input) * CLOCK_USEC_PER_MSEC);
		break;
	case 2:
		scope_world.frozen = take(input) & 1;
		break;
	case 3:
		end_scope(input, hierarchy, true);
		break;
	case 4:
		end_scope(input, hierarchy, false);
		break;
	default:
		add_member(input);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct slicectl_hierarchy_options options = { scope_world_begin(), true };
	struct input input = { data, size };
	struct slicectl_hierarchy *hierarchy = NULL;

	scope_world_show();
	if (slicectl_hierarchy_open(&options, &hierarchy, NULL) < 0 ||
	    slicectl_hierarchy_declare_defaults(hierarchy, NULL) < 0)
		abort();
	for (unsigned i = 0; i < STEPS_MAX && input.size > 0 && scope_world_exists(); i++)
		step(&input, hierarchy);
	slicectl_hierarchy_free(hierarchy);
	return 0;
}
