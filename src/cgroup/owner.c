/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <slicectl/owner.h>

#include <string.h>

#include "base/cleanup.h"
#include "cgroup/name.h"

/* infra: time, message bus, hardware monitoring; network: fabric managers; gpu:
 * device daemons; audit: on regulated nodes. */
static const struct slicectl_slice default_slices[] = {
	{ SLICECTL_SLICE_PACT, SLICECTL_OWNER_PACT },
	{ SLICECTL_SLICE_INFRA, NULL },
	{ SLICECTL_SLICE_NETWORK, NULL },
	{ SLICECTL_SLICE_GPU, NULL },
	{ SLICECTL_SLICE_AUDIT, NULL },
	{ SLICECTL_SLICE_WORKLOAD, SLICECTL_OWNER_WORKLOAD },
};

const struct slicectl_slice *slicectl_default_slices(size_t *ret_n)
{
	*ret_n = ELEMENTS(default_slices);
	return default_slices;
}

const char *slicectl_owner_of(const struct slicectl_slice *slices, size_t n_slices, const char *path)
{
	const char *owner = NULL;
	size_t deepest = 0;

	for (size_t i = 0; i < n_slices; i++) {
		size_t length = strlen(slices[i].path);

		if (!slices[i].owner || length == 0 || length < deepest)
			continue;
		if (name_is_below(path, slices[i].path)) {
			owner = slices[i].owner;
			deepest = length;
		}
	}
	return owner;
}
