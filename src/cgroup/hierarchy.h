/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <slicectl/hierarchy.h>

#include "base/cleanup.h"
#include "cgroup/controller.h"

/* Whom a slice is handed over to. */
struct delegatee {
	bool is_set; /* else the owner of the base */
	uid_t uid;
	gid_t gid;
};

struct slicectl_hierarchy {
	char *base_path;
	const char *reason; /* why this base */
	char *base_prefix;  /* the part of it below the mount, "" at its root */
	int base_fd;
	int proc_fd; /* the proc mount that process ids are looked up in */
	bool is_cgroup2;
	bool is_systemd_init;
	struct delegatee base_owner; /* whose slices are that are not delegated */
	controller_set controllers;  /* to enable for children */
	/* Declared slices; limits and delegatee of each at the same index. */
	struct slicectl_slice *slices;
	struct slicectl_limits **limits;
	struct delegatee *delegatees;
	size_t n_slices;
};

DEFINE_CLEANUP(struct slicectl_hierarchy, slicectl_hierarchy_free)
#define _cleanup_hierarchy_ _cleanup_(cleanup_slicectl_hierarchy_free)

/* -EPERM with the name of the owner unless @owner owns @path: only the owner of a path may
 * change it.  Every function that changes the tree calls this first. */
int hierarchy_check_owner(const struct slicectl_hierarchy *hierarchy, const char *owner,
			  const char *path, struct slicectl_error *error);
