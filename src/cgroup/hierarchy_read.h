/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Read access to the cgroups of a hierarchy for the other rooms.  Paths are relative to the base
 * and must have been checked or found by a walk ("" is the base).  All functions return -errno
 * without a sentence, and -ENOENT when there is no such cgroup.
 */

#include <stdint.h>
#include <sys/types.h>

#include "cgroup/directory.h"

struct slicectl_hierarchy;

/* Opens the directory of a cgroup; returns a descriptor, which the caller closes. */
int hierarchy_open_cgroup(const struct slicectl_hierarchy *hierarchy, const char *path);

/* Reads an interface file without its last newline; the caller frees @ret_text. */
int hierarchy_read_text(const struct slicectl_hierarchy *hierarchy, const char *path,
			const char *file, char **ret_text);

/* Reads an interface file that contains one number or "max", for which @max_value is
 * returned. */
int hierarchy_read_u64(const struct slicectl_hierarchy *hierarchy, const char *path,
		       const char *file, uint64_t max_value, uint64_t *ret_value);

/* Reads one key of a flat keyed interface file ("oom_kill" of memory.events).  -ENODATA when
 * the file has no such key. */
int hierarchy_read_key(const struct slicectl_hierarchy *hierarchy, const char *path,
		       const char *file, const char *key, uint64_t *ret_value);

/* Reads the inode of the directory, which is the kernel's id of the cgroup, and its user;
 * either may be NULL. */
int hierarchy_read_stat(const struct slicectl_hierarchy *hierarchy, const char *path,
			uint64_t *ret_inode, uid_t *ret_uid);

/* Visits the cgroup and all cgroups below it; see directory_walk(). */
int hierarchy_walk(const struct slicectl_hierarchy *hierarchy, const char *path,
		   directory_visit visit, void *data);
