/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Directories of the hierarchy as handles.  Paths are relative to a handle and
 * checked by name.h; the kernel is told as well not to leave the subtree.
 */

/* Opens the directory @path below @base_fd ("" is the base itself): links, ".."
 * and other mounts are not followed.  Returns a descriptor or -errno. */
int directory_open(int base_fd, const char *path);

/* Opens the parent of @path; @ret_name points at the last component in @path. */
int directory_open_parent(int base_fd, const char *path, const char **ret_name);

typedef int (*directory_visit)(int dirfd, const char *path, void *data);

/*
 * Visits the cgroup @path and everything below it; parents come before their
 * children.  What vanishes meanwhile is passed over.  A visitor that answers
 * non-zero ends the walk with its answer.
 */
int directory_walk(int base_fd, const char *path, directory_visit visit, void *data);
