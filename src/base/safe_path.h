/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Paths of files that are written for an administrator, in directories that may belong to a user.
 * Who owns a directory can put a symbolic link in place of anything in it, and so lead whoever writes
 * there to another user's directory.  Such a step, from what belongs to one user other than root to
 * what belongs to somebody else, is refused; links of root are followed.
 */

/* Opens the directory that contains @path, for the functions that end in at(), and returns a
 * descriptor; @ret_name is the last component, in @path.  -ENOLINK for a step that is refused, or
 * another -errno. */
int safe_path_open_parent(const char *path, const char **ret_name);
