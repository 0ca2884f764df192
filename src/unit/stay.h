/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which processes stay in their systemd unit.  systemd ends a service whose main process or last
 * process leaves, and a session or scope whose last process leaves.  All other processes of a unit
 * can be moved out of it without harm.
 */

#include <stdbool.h>
#include <sys/types.h>

#include <slicectl/error.h>

#include "rule/rule.h"

struct held_process;
struct service_manager;
struct slicectl_hierarchy;
struct unit;

enum stay_reason {
	STAY_NOT,       /* it may leave */
	STAY_INIT,      /* it is a service manager, or belongs to one */
	STAY_MAIN,      /* it is the main or control process of the unit */
	STAY_FORKED,    /* the service manager of a user started it */
	STAY_CONTAINER, /* a service manager in a container of the unit looks after it */
	STAY_CONTROL,   /* it mounts, swaps or prepares a socket for systemd */
	STAY_LAST,      /* no other process is in the unit */
	STAY_UNKNOWN,   /* systemd did not say whether it is the main process */
	STAY_POLICY,    /* the configuration says so */
};

/* What is known about a process of a unit. */
struct stay_facts {
	const char *unit;
	bool is_of_user; /* the unit is of a user's service manager */
	bool is_last;
	bool is_in_container;
	bool is_forked; /* its parent is that service manager */
	int is_main;    /* as systemd says: 1 or 0, or -errno when it does not answer */
};

/* Whether systemd has to be asked for is_main. */
bool stay_needs_manager(const char *unit, bool is_of_user);

enum stay_reason stay_decide(enum rule_foreign_units policy, const struct stay_facts *facts);

/* 0 when the process may leave its unit or is in none; -EPERM with a sentence that names the unit
 * and the reason; -EAGAIN, too, when systemd did not
 * answer, so that it is tried again; or another -errno with a sentence.  @manager NULL:
 * systemd is not asked. */
int stay_check(const struct slicectl_hierarchy *hierarchy, struct service_manager *manager,
	       enum rule_foreign_units policy, pid_t pid, struct slicectl_error *error);

/* Same, and also gives the unit, which the caller frees: @ret_unit->name is NULL when the process
 * is in no unit. */
int stay_check_unit(const struct slicectl_hierarchy *hierarchy, struct service_manager *manager,
		    enum rule_foreign_units policy, pid_t pid, struct unit *ret_unit,
		    struct slicectl_error *error);
