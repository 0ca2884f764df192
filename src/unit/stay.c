/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/stay.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/procfs.h"
#include "base/text.h"
#include "cgroup/handle.h"
#include "unit/service_manager.h"
#include "unit/unit.h"

static const char *const reasons[] = {
	[STAY_NOT] = "it may leave",
	[STAY_INIT] = "it belongs to the service manager",
	[STAY_MAIN] = "it is the main or control process of the unit",
	[STAY_FORKED] = "the service manager of the user started it",
	[STAY_CONTAINER] = "the service manager of a container in the unit looks after it",
	[STAY_CONTROL] = "it is the control process of the unit",
	[STAY_LAST] = "it is the last process of the unit",
	[STAY_UNKNOWN] = "systemd did not say whether it is the main process of the unit",
	[STAY_POLICY] = "the rule has allow-foreign-units = no",
};

static bool is_service(const char *unit)
{
	return text_ends_with(unit, ".service");
}

bool stay_needs_manager(const char *unit, bool is_of_user)
{
	return is_service(unit) && !is_of_user;
}

enum stay_reason stay_decide(enum rule_foreign_units policy, const struct stay_facts *facts)
{
	if (policy == RULE_FOREIGN_UNITS_YES)
		return STAY_NOT;
	if (policy == RULE_FOREIGN_UNITS_NO)
		return STAY_POLICY;
	if (text_equal(facts->unit, "init.scope"))
		return STAY_INIT;
	if (!is_service(facts->unit) && !text_ends_with(facts->unit, ".scope"))
		return STAY_CONTROL;
	if (facts->is_in_container)
		return STAY_CONTAINER;
	if (facts->is_of_user && facts->is_forked)
		return STAY_FORKED;
	if (stay_needs_manager(facts->unit, facts->is_of_user) && facts->is_main != 0)
		return facts->is_main > 0 ? STAY_MAIN : STAY_UNKNOWN;
	return facts->is_last ? STAY_LAST : STAY_NOT;
}

static int collect(const struct slicectl_hierarchy *hierarchy, struct service_manager *manager,
		   const struct unit *unit, pid_t pid, struct stay_facts *ret_facts)
{
	struct stay_facts facts = { .unit = unit->name, .is_of_user = unit->is_of_user };
	struct procfs_stat stat;
	int r = procfs_read_stat(hierarchy->proc_fd, pid, &stat);

	if (r < 0)
		return r;
	r = unit_is_last(hierarchy, unit, pid);
	/* The cgroup of the unit is not there: the process was moved, or exited, meanwhile. */
	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	facts.is_last = r == 1;
	facts.is_in_container = unit->is_in_container;
	facts.is_forked = unit->is_of_user && unit_manager_is(hierarchy, unit, stat.ppid);
	if (stay_needs_manager(unit->name, unit->is_of_user))
		facts.is_main = service_manager_is_main(manager, unit->name, pid);
	*ret_facts = facts;
	return 0;
}

int stay_check_unit(const struct slicectl_hierarchy *hierarchy, struct service_manager *manager,
		    enum rule_foreign_units policy, pid_t pid, struct unit *ret_unit,
		    struct slicectl_error *error)
{
	struct stay_facts facts = { 0 };
	enum stay_reason reason;
	int r = 0;

	if (policy != RULE_FOREIGN_UNITS_YES)
		r = unit_foreign(hierarchy, pid, ret_unit);
	if (r == 0)
		return 0;
	if (r == 1 && policy == RULE_FOREIGN_UNITS_AUTO)
		r = collect(hierarchy, manager, ret_unit, pid, &facts);
	if (r < 0)
		return r == -ESRCH ? 0 :
				     error_set(error, -r,
					       "cannot read the systemd unit of process %d: %s",
					       (int)pid, strerror(-r));
	facts.unit = ret_unit->name;
	reason = stay_decide(policy, &facts);
	return reason == STAY_NOT ?
		       0 :
		       error_set(error, reason == STAY_UNKNOWN ? EAGAIN : EPERM,
				 "process %d stays in the systemd unit %s: %s", (int)pid,
				 TEXT_ESCAPE(ret_unit->name), reasons[reason]);
}

int stay_check(const struct slicectl_hierarchy *hierarchy, struct service_manager *manager,
	       enum rule_foreign_units policy, pid_t pid, struct slicectl_error *error)
{
	_cleanup_unit_ struct unit unit = UNIT_NULL;

	return stay_check_unit(hierarchy, manager, policy, pid, &unit, error);
}
