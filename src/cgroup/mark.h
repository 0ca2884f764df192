/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Notes that live as long as the cgroup: extended attributes user.slicectl.* on
 * its directory.  Whoever the directory is delegated to can write them, so they
 * remember and never authorise.
 */

#include <slicectl/hierarchy.h>

#define MARK_RULE "user.slicectl.rule"   /* the rule that made the scope */
#define MARK_STATE "user.slicectl.state" /* "releasing" or "zombie"; else active */

/* -ENOTSUP where the file system keeps no attributes. */
int mark_set(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
	     const char *value);

/* The caller frees @ret_value.  -ENODATA when there is no such mark. */
int mark_get(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
	     char **ret_value);
