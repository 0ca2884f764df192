/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/lifecycle.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/interface.h"
#include "cgroup/mark.h"
#include "cgroup/refusal.h"

static const char *const state_names[] = {
	[SLICECTL_SCOPE_CREATING] = "creating",   [SLICECTL_SCOPE_ACTIVE] = "active",
	[SLICECTL_SCOPE_RELEASING] = "releasing", [SLICECTL_SCOPE_RELEASED] = "released",
	[SLICECTL_SCOPE_ZOMBIE] = "zombie",       [SLICECTL_SCOPE_FAILED] = "failed",
};

/* No edge leads to CREATING, whose value is 0: it stands for "no such edge". */
static const enum slicectl_scope_state edges[ELEMENTS(state_names)][_LIFECYCLE_EVENT_MAX] = {
	[SLICECTL_SCOPE_CREATING] = {
		[LIFECYCLE_LIMITS_APPLIED] = SLICECTL_SCOPE_ACTIVE,
		[LIFECYCLE_LIMIT_FAILED] = SLICECTL_SCOPE_FAILED,
	},
	[SLICECTL_SCOPE_ACTIVE] = {
		[LIFECYCLE_KILL] = SLICECTL_SCOPE_RELEASING,
		[LIFECYCLE_EMPTIED] = SLICECTL_SCOPE_RELEASED,
	},
	[SLICECTL_SCOPE_RELEASING] = {
		[LIFECYCLE_KILL] = SLICECTL_SCOPE_RELEASING,
		[LIFECYCLE_EMPTIED] = SLICECTL_SCOPE_RELEASED,
		[LIFECYCLE_SURVIVED] = SLICECTL_SCOPE_ZOMBIE,
	},
	[SLICECTL_SCOPE_ZOMBIE] = {
		[LIFECYCLE_KILL] = SLICECTL_SCOPE_RELEASING,
		[LIFECYCLE_EMPTIED] = SLICECTL_SCOPE_RELEASED,
	},
};

const char *slicectl_scope_state_name(enum slicectl_scope_state state)
{
	return state < ELEMENTS(state_names) ? state_names[state] : "unknown";
}

bool lifecycle_next(enum slicectl_scope_state state, enum lifecycle_event event,
		    enum slicectl_scope_state *ret_state)
{
	enum slicectl_scope_state next = edges[state][event];

	if (next == SLICECTL_SCOPE_CREATING)
		return false;
	*ret_state = next;
	return true;
}

/* A scope without a mark is active. */
static enum slicectl_scope_state parse_state(const char *text)
{
	if (text && text_equal(text, state_names[SLICECTL_SCOPE_RELEASING]))
		return SLICECTL_SCOPE_RELEASING;
	if (text && text_equal(text, state_names[SLICECTL_SCOPE_ZOMBIE]))
		return SLICECTL_SCOPE_ZOMBIE;
	return SLICECTL_SCOPE_ACTIVE;
}

static int read_open_state(int fd, enum slicectl_scope_state *ret_state)
{
	_cleanup_free_ char *text = NULL;
	int r = mark_read(fd, MARK_STATE, &text);

	if (r == -ENOENT || r == -ENOMEM || r == -EACCES)
		return r;
	*ret_state = parse_state(text);
	return 0;
}

static int read_state(struct slicectl_hierarchy *hierarchy, const char *path,
		      enum slicectl_scope_state *ret_state)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, path);

	return fd < 0 ? fd : read_open_state(fd, ret_state);
}

int slicectl_scope_state(struct slicectl_hierarchy *hierarchy, const char *path,
			 enum slicectl_scope_state *ret_state, struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	int r;

	r = slicectl_scope_path(hierarchy, path, &scope, error);
	if (r < 0)
		return r;
	r = read_state(hierarchy, scope, ret_state);
	return r < 0 ? refusal_set(error, REFUSAL_OPEN, r, scope, NULL, NULL) : 0;
}

int slicectl_scope_id(struct slicectl_hierarchy *hierarchy, const char *path, uint64_t *ret_id,
		      struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	_cleanup_close_ int fd = -1;
	struct stat status;
	int r;

	r = slicectl_scope_path(hierarchy, path, &scope, error);
	if (r < 0)
		return r;
	fd = directory_open(hierarchy->base_fd, scope);
	if (fd < 0 || fstat(fd, &status) < 0)
		return refusal_set(error, REFUSAL_OPEN, fd < 0 ? fd : -errno, scope, NULL, NULL);
	*ret_id = status.st_ino;
	return 0;
}

int lifecycle_advance(struct slicectl_hierarchy *hierarchy, const char *path,
		      enum lifecycle_event event, struct slicectl_error *error)
{
	enum slicectl_scope_state state, next;
	int r;

	r = read_state(hierarchy, path, &state);
	if (r < 0)
		return refusal_set(error, REFUSAL_OPEN, r, path, NULL, NULL);
	if (!lifecycle_next(state, event, &next))
		return error_set(error, EINVAL, "%s is %s, which does not allow this change", path,
				 slicectl_scope_state_name(state));
	/* A file system without extended attributes does not keep the state. */
	if (next == SLICECTL_SCOPE_RELEASING || next == SLICECTL_SCOPE_ZOMBIE)
		(void)mark_set(hierarchy, path, MARK_STATE, slicectl_scope_state_name(next));
	return 0;
}

int lifecycle_check_open(int fd, const char *path, struct slicectl_error *error)
{
	enum slicectl_scope_state state;
	uint64_t frozen;
	int r;

	r = read_open_state(fd, &state);
	if (r < 0)
		return refusal_set(error, REFUSAL_OPEN, r, path, NULL, NULL);
	if (state != SLICECTL_SCOPE_ACTIVE)
		return error_set(error, EBUSY,
				 "%s is %s: it was killed and accepts no new processes; destroy it and create it again",
				 path, slicectl_scope_state_name(state));
	/* The key is 1 also when a cgroup above is frozen. */
	if (interface_read_key(fd, "cgroup.events", "frozen", &frozen) == 0 && frozen)
		return error_set(error, EBUSY,
				 "%s or a cgroup above it is frozen, and a process that enters it would freeze; thaw it first",
				 path);
	return 0;
}

/* Only threads of its domain may enter a threaded cgroup. */
static int check_type(int fd, const char *path, struct slicectl_error *error)
{
	_cleanup_free_ char *type = NULL;

	if (interface_read(fd, "cgroup.type", &type) == 0 && !text_starts_with(type, "domain"))
		return error_set(error, EOPNOTSUPP, "%s is threaded; a scope must be a domain",
				 path);
	if (type && text_equal(type, "domain invalid"))
		return error_set(error, EOPNOTSUPP,
				 "%s is 'domain invalid' because it is in a threaded subtree, and cannot hold processes",
				 path);
	return 0;
}

int lifecycle_check_active(struct slicectl_hierarchy *hierarchy, const char *path,
			   struct slicectl_error *error)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, path);
	int r;

	if (fd < 0)
		return refusal_set(error, REFUSAL_OPEN, fd, path, NULL, NULL);
	r = lifecycle_check_open(fd, path, error);
	return r < 0 ? r : check_type(fd, path, error);
}
