/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/*
 * Lists the paths of *.conf in ROOT/DIRECTORY/slicectl.conf.d of all directories, sorted by
 * file name.  When several directories have the same name, the last directory wins; a
 * symbolic link to /dev/null there masks the name.  NULL-terminated, and NULL when there are
 * none; free the list with words_free().
 */
int dropin_list(const char *root, const char *const *directories, size_t n, char ***ret_files);
