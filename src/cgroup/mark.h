/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Notes that live as long as the cgroup: extended attributes user.slicectl.* on
 * its directory.  Whoever the directory is delegated to can write them, so they
 * remember and never authorise.
 */

#include <stdint.h>
#include <sys/types.h>

#include <slicectl/hierarchy.h>

#define MARK_RULE "user.slicectl.rule"     /* the rule that made the scope */
#define MARK_ACTION "user.slicectl.action" /* what for: "place", "kill" or "hook" */
#define MARK_ROOT "user.slicectl.root"     /* "PID START" of the process that matched */
#define MARK_LATCH "user.slicectl.latch." /* and the rule: when its hook ran, and why; on a slice */
#define MARK_MAKING \
	"user.slicectl.making." /* and the name of a scope: it is not whole yet; on the slice */
#define MARK_MADE "user.slicectl.made"       /* the scope was made through us */
#define MARK_DESTROY "user.slicectl.destroy" /* told to be removed when it is empty */
#define MARK_EMERGENCY \
	"user.slicectl.emergency"        /* who declared it, until when and why; on the base */
#define MARK_STATE "user.slicectl.state" /* "releasing" or "zombie"; else active */

/* -ENOTSUP where the file system keeps no attributes. */
int mark_set(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
	     const char *value);

/* The same on the slice that the scope @path lies in. */
int mark_set_on_parent(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
		       const char *value);

/* The same of an open directory. */
int mark_read(int fd, const char *mark, char **ret_value);

int mark_get_on_parent(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
		       char **ret_value);

/* MARK_ROOT, and what it says; -EINVAL for what is none. */
int mark_set_root(struct slicectl_hierarchy *hierarchy, const char *path, pid_t pid,
		  uint64_t start_ticks);
int mark_parse_root(const char *text, pid_t *ret_pid, uint64_t *ret_start_ticks);

/* Also where there was none. */
int mark_clear(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark);

/* The caller frees @ret_value.  -ENODATA when there is no such mark. */
int mark_get(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
	     char **ret_value);
