/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where the hierarchy begins on this machine. */

#include <stdbool.h>

#include "base/error.h"

/* The unit whose delegated cgroup is the base where systemd is PID 1. */
#define BASE_HOLDER_UNIT "slicectl-holder.service"

/* What the choice depends on, gathered by base_find(). */
struct base_facts {
	const char *mount;  /* the cgroup2 mount */
	int has_type;       /* its root has cgroup.type: we are in a cgroup namespace */
	int systemd;        /* systemd is PID 1 */
	const char *holder; /* absolute path of the holder unit's cgroup, or NULL */
};

/* Pure: the base (a string of @facts) and why.  -EOPNOTSUPP with a sentence
 * where there is none. */
int base_choose(const struct base_facts *facts, const char **ret_base, const char **ret_reason,
		struct slicectl_error *error);

/* Whether systemd is PID 1, as sd_booted(3) tells. */
bool base_is_systemd_init(void);

/* Gathers the facts and chooses; the caller frees @ret_base. */
int base_find(char **ret_base, const char **ret_reason, struct slicectl_error *error);
