/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Handles of the directories of the hierarchy.  Paths are relative to a handle and
 * were checked by name.h; in addition the kernel is asked not to leave the subtree.
 */

/* Opens the directory @path below @base_fd ("" is the base itself).  Links, ".." and
 * other mounts are not followed.  Returns a descriptor or -errno. */
int directory_open(int base_fd, const char *path);

/* Opens the parent of @path; @ret_name points to the last component in @path. */
int directory_open_parent(int base_fd, const char *path, const char **ret_name);

typedef int (*directory_visit)(int dirfd, const char *path, void *data);

/*
 * Visits the cgroup @path and all cgroups below it, parents before their children.
 * Cgroups that disappear meanwhile are skipped.  When a visitor returns non-zero the
 * walk stops and returns that value.
 */
int directory_walk(int base_fd, const char *path, directory_visit visit, void *data);
