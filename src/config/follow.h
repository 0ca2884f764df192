/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Opens a configuration file that is a symbolic link, as in a ConfigMap of Kubernetes, on NixOS or
 * with stow.  Who can change a directory on the way could lead root to another file, so each
 * directory must belong to root or the caller and be writable by nobody else (or be sticky).
 */

#include "base/error.h"

/* The descriptor of the file behind the link, in *@ret_fd; the caller checks the file itself.
 * -ELOOP, -EACCES, -ENOENT and others, with a sentence that begins with a verb. */
int follow_open(const char *path, int *ret_fd, struct slicectl_error *error);
