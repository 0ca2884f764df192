/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include <slicectl/scope.h>

struct held_process;

/* Moves a held process to the cgroup @path, which was checked, and verifies it;
 * see slicectl_scope_move(). */
int place_held(struct slicectl_hierarchy *hierarchy, const char *path,
	       const struct held_process *held, struct slicectl_error *error);

/* 1 when the process is in the cgroup @path or below it, 0 when elsewhere, -ESRCH when it
 * has ended. */
int place_is_inside(struct slicectl_hierarchy *hierarchy, const char *path, pid_t pid);
