/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SLICECTL_OWNER_H
#define SLICECTL_OWNER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The names that two systems on one node agree on, whichever of them creates the
 * tree. */
#define SLICECTL_OWNER_PACT "pact"
#define SLICECTL_OWNER_WORKLOAD "workload"
#define SLICECTL_SLICE_PACT "pact.slice"
#define SLICECTL_SLICE_INFRA "pact.slice/infra.slice"
#define SLICECTL_SLICE_NETWORK "pact.slice/network.slice"
#define SLICECTL_SLICE_GPU "pact.slice/gpu.slice"
#define SLICECTL_SLICE_AUDIT "pact.slice/audit.slice"
#define SLICECTL_SLICE_WORKLOAD "workload.slice"

/* One slice: its path relative to the base of the hierarchy, and the owner of its
 * whole subtree.  NULL inherits the owner of the nearest ancestor. */
struct slicectl_slice {
	const char *path;
	const char *owner;
};

/*
 * The six slices above with their owners.  The array is static; @ret_n is its
 * length.
 */
const struct slicectl_slice *slicectl_default_slices(size_t *ret_n);

/*
 * Owner of @path (relative, as in "workload.slice/job.scope"): that of the
 * deepest slice in @slices that is the path or an ancestor of it, compared by
 * whole components.  "workload.slice-extra" does not belong to "workload.slice":
 * this differs from a prefix test on purpose.  Returns NULL when the path has no
 * owner; such a path is never written.  The string belongs to @slices.
 */
const char *slicectl_owner_of(const struct slicectl_slice *slices, size_t n_slices,
			      const char *path);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
