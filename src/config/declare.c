/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/authority.h"
#include "config/config.h"

/* Delegates the slice to its owner's first user, unless that user is root.  While that user is not
 * known the slice stays with whoever has it. */
static int declare_delegation(const struct config *config, struct slicectl_hierarchy *hierarchy,
			      const char *path, struct slicectl_error *error)
{
	const struct config_owner *owner =
		config_find_owner(config, slicectl_hierarchy_owner(hierarchy, path));
	uid_t uid;
	gid_t gid;

	if (owner && authority_awaits_delegatee(config, owner))
		return slicectl_hierarchy_delegate(hierarchy, path, (uid_t)-1, (gid_t)-1, error);
	if (!owner || !authority_delegatee(config, owner, &uid, &gid))
		return 0;
	return slicectl_hierarchy_delegate(hierarchy, path, uid, gid, error);
}

int config_declare(const struct config *config, struct slicectl_hierarchy *hierarchy,
		   struct slicectl_error *error)
{
	int r = 0;

	if (config->supervisor.controllers)
		r = slicectl_hierarchy_set_controllers(hierarchy, config->supervisor.controllers,
						       error);
	for (size_t i = 0; r == 0 && i < config->n_slices; i++) {
		const struct slicectl_slice slice = {
			.path = config->slices[i].path,
			.owner = config->slices[i].owner,
		};

		r = slicectl_hierarchy_declare(hierarchy, &slice, config->slices[i].limits, error);
		if (r == 0)
			r = declare_delegation(config, hierarchy, slice.path, error);
	}
	return r;
}
