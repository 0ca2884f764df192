/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Marks: extended attributes user.slicectl.* on the directory of a cgroup, which live
 * as long as the cgroup.  The user that the directory is delegated to can write them,
 * so they record facts and never grant permissions.
 */

#include <stdint.h>
#include <sys/types.h>

#include <slicectl/hierarchy.h>

/* On a scope: the rule that made it. */
#define MARK_RULE "user.slicectl.rule"
/* On a scope: the action of that rule: "place", "kill" or "hook". */
#define MARK_ACTION "user.slicectl.action"
/* On a scope: "PID START" of the process that matched. */
#define MARK_ROOT "user.slicectl.root"
/* On a cgroup of root, followed by the name of a rule: when its hook ran, and why. */
#define MARK_LATCH "user.slicectl.latch."
/* On a slice, followed by the name of a scope: the scope is not complete yet. */
#define MARK_MAKING "user.slicectl.making."
/* On a scope: slicectl or slicectld made it; MARK_MADE_RUN for slicectl run, which kills every
 * process in it when its command ends. */
#define MARK_MADE "user.slicectl.made"
#define MARK_MADE_RUN "run"
/* On a scope: it is to be removed when it is empty. */
#define MARK_DESTROY "user.slicectl.destroy"
/* On the base: who declared the emergency, its end and its reason. */
#define MARK_EMERGENCY "user.slicectl.emergency"
/* On a scope: "releasing" or "zombie"; a scope without it is active. */
#define MARK_STATE "user.slicectl.state"

/* Sets a mark.  -ENOTSUP on a file system without extended attributes. */
int mark_set(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
	     const char *value);

/* Same, on the slice that contains the scope @path. */
int mark_set_on_parent(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
		       const char *value);

/* Reads a mark of an open directory; the caller frees @ret_value.  -ENODATA when there is
 * no such mark. */
int mark_read(int fd, const char *mark, char **ret_value);

/* The marks of an open directory whose names begin with @prefix, without it; the caller frees the
 * NULL-terminated list with slicectl_scope_list_free(). */
int mark_list(int fd, const char *prefix, char ***ret_names);

/* Same, of the slice that contains the scope @path. */
int mark_get_on_parent(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
		       char **ret_value);

/*
 * Marks that the user to whom a slice is delegated must not set or remove: they are on the nearest
 * cgroup above @path that belongs to root, or else on the base.
 */
int mark_set_of_root(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
		     const char *value);
int mark_get_of_root(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
		     char **ret_value);
int mark_clear_of_root(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark);

/* Sets MARK_ROOT, and parses its value; -EINVAL when @text is not one. */
int mark_set_root(struct slicectl_hierarchy *hierarchy, const char *path, pid_t pid,
		  uint64_t start_ticks);
int mark_parse_root(const char *text, pid_t *ret_pid, uint64_t *ret_start_ticks);

/* Removes a mark; succeeds also when there is no such mark. */
int mark_clear(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark);

/* Reads a mark of the cgroup @path; the caller frees @ret_value.  -ENODATA when there is no
 * such mark. */
int mark_get(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
	     char **ret_value);
