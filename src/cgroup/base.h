/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Chooses the base of the hierarchy on this machine. */

#include <stdbool.h>

#include "base/error.h"

/* The unit whose delegated cgroup is the base where systemd is PID 1. */
#define BASE_HOLDER_UNIT "slicectl-holder.service"

/* The facts that the choice depends on, collected by base_find(). */
struct base_facts {
	const char *mount;  /* the cgroup2 mount */
	int has_type;       /* its root has cgroup.type: this is a cgroup namespace */
	int systemd;        /* systemd is PID 1 */
	const char *holder; /* absolute path of the holder unit's cgroup, or NULL */
};

/* Returns the base (a string of @facts) and the reason for it.  -EOPNOTSUPP with a
 * sentence where there is no base.  Pure. */
int base_choose(const struct base_facts *facts, const char **ret_base, const char **ret_reason,
		struct slicectl_error *error);

/* Whether systemd is PID 1, like sd_booted(3). */
bool base_is_systemd_init(void);

/* Collects the facts and chooses the base; the caller frees @ret_base. */
int base_find(char **ret_base, const char **ret_reason, struct slicectl_error *error);
