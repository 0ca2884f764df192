/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The struct behind a hierarchy: the open base and the declared slices.  It is at the bottom of
 * the room, so that every layer can use it; hierarchy.h has the functions that fill it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <slicectl/hierarchy.h>

#include "cgroup/controller.h"

/* The user and group that a slice is delegated to. */
struct delegatee {
	bool is_set; /* false: the slice belongs to the owner of the base */
	uid_t uid;
	gid_t gid;
};

struct slicectl_hierarchy {
	char *base_path;
	const char *reason; /* why this base was chosen */
	char *base_prefix;  /* the part of the base below its mount; "" at the root of it */
	int base_fd;
	int proc_fd; /* the proc mount in which pids are looked up */
	bool is_cgroup2;
	bool is_systemd_init;
	bool is_supervised; /* slicectld runs, which puts back what was changed for a while */
	struct delegatee base_owner; /* owner of the slices that are not delegated */
	controller_set controllers;  /* to enable for children */
	/* Declared slices; limits and delegatee of each at the same index. */
	struct slicectl_slice *slices;
	struct slicectl_limits **limits;
	struct delegatee *delegatees;
	size_t n_slices;
};
