/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/*
 * Paths of *.conf in ROOT/DIRECTORY/slicectl.conf.d over all directories, by file
 * name.  Of one name the last directory's counts; a link to /dev/null there
 * hides it altogether.  NULL-terminated; free with words_free().
 */
int dropin_list(const char *root, const char *const *directories, size_t n, char ***ret_files);
