/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/limit_name.h"

#include <errno.h>
#include <fnmatch.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/spelling.h"
#include "base/text.h"
#include "cgroup/limit_value.h"

/* Names of cgroup v1 and what is used instead. */
static const struct {
	const char *name, *instead;
} of_v1[] = {
	{ "memory.limit_in_bytes", "memory.max" },
	{ "memory.soft_limit_in_bytes", "memory.low, which protects memory, or memory.high" },
	{ "memory.memsw.limit_in_bytes", "memory.swap.max, which limits swap alone" },
	{ "memory.kmem.*", "memory.max, which includes the memory of the kernel" },
	{ "memory.oom_control", "memory.oom.group" },
	{ "memory.swappiness", "memory.swap.max; cgroup v2 has no swappiness" },
	{ "memory.use_hierarchy", "nothing; cgroup v2 is always hierarchical" },
	{ "memory.*_in_bytes", "memory.max, memory.high or memory.swap.max" },
	{ "cpu.shares", "cpu.weight; 1024 shares are the weight 100" },
	{ "cpu.cfs_quota_us", "cpu.max, which has the quota and the period" },
	{ "cpu.cfs_period_us", "cpu.max, which has the quota and the period" },
	{ "cpu.rt_*", "nothing; cgroup v2 has no limits of real-time tasks" },
	{ "cpuset.*_exclusive", "cpuset.cpus.partition" },
	{ "cpuset.memory_migrate", "nothing; cgroup v2 always migrates the memory" },
	{ "cpuset.sched_load_balance", "cpuset.cpus.partition" },
	{ "cpuset.*_hardwall", "cpuset.mems" },
	{ "blkio.weight*", "io.weight" },
	{ "blkio.throttle.*", "io.max" },
	{ "blkio.*", "io.weight or io.max" },
	{ "hugetlb.*.limit_in_bytes", "hugetlb.SIZE.max" },
	{ "freezer.*", "slicectl scope freeze and thaw" },
	{ "devices.*", "nothing; cgroup v2 has no interface files for devices" },
	{ "net_cls.*", "nothing; the firewall can match the cgroup" },
	{ "net_prio.*", "nothing; the firewall can match the cgroup" },
	{ "notify_on_release", "nothing; slicectld removes its empty scopes" },
};

/* Files of cgroup v2 that only read. */
static const char *const read_only[] = {
	"memory.current",
	"memory.peak",
	"memory.stat",
	"memory.events",
	"memory.numa_stat",
	"memory.events.*",
	"memory.swap.current",
	"memory.swap.peak",
	"memory.swap.events",
	"memory.zswap.current",
	"memory.pressure",
	"cpu.stat",
	"cpu.stat.*",
	"cpu.pressure",
	"io.stat",
	"io.pressure",
	"irq.pressure",
	"pids.current",
	"pids.peak",
	"pids.events",
	"pids.events.*",
	"cpuset.*.effective",
	"cpuset.cpus.isolated",
	"hugetlb.*.current",
	"hugetlb.*.events",
	"hugetlb.*.events.*",
	"hugetlb.*.numa_stat",
	"rdma.current",
	"misc.current",
	"misc.capacity",
	"misc.peak",
	"misc.events",
	"dmem.current",
	"dmem.capacity",
	"cgroup.events",
	"cgroup.stat",
	"cgroup.controllers",
};

/* Files of cgroup v2 that do something when they are written. */
static const struct {
	const char *name, *instead;
} acting[] = {
	{ "cgroup.kill", "slicectl scope kill" },
	{ "cgroup.freeze", "slicectl scope freeze" },
	{ "cgroup.procs", "slicectl scope move" },
	{ "cgroup.threads", "slicectl scope move" },
	{ "cgroup.subtree_control", "the key controllers in [supervisor]" },
	{ "cgroup.type", "nothing; slicectl makes no threaded cgroups" },
	{ "memory.reclaim", "memory.high" },
	{ "cgroup.pressure", "nothing; pressure is always measured" },
};

static int check_v1(const char *file, struct slicectl_error *error)
{
	for (size_t i = 0; i < ELEMENTS(of_v1); i++) {
		if (fnmatch(of_v1[i].name, file, 0) == 0)
			return error_set(error, EINVAL, "'%s' is a name of cgroup v1; use %s",
					 TEXT_ESCAPE(file), of_v1[i].instead);
	}
	return 0;
}

static int check_others(const char *file, struct slicectl_error *error)
{
	for (size_t i = 0; i < ELEMENTS(acting); i++) {
		if (text_equal(acting[i].name, file))
			return error_set(error, EINVAL,
					 "'%s' is not an interface file that sets a limit; use %s",
					 file, acting[i].instead);
	}
	for (size_t i = 0; i < ELEMENTS(read_only); i++) {
		if (fnmatch(read_only[i], file, 0) == 0)
			return error_set(error, EINVAL,
					 "'%s' is not an interface file that sets a limit: it can only be read",
					 TEXT_ESCAPE(file));
	}
	return 0;
}

static const char *name_at(size_t index, const void *data)
{
	return limit_value_name(index);
}

int limit_name_check(const char *file, struct slicectl_error *error)
{
	int r = 0;

	if (limit_value_is_known(file))
		return 0;
	r = check_v1(file, error);
	if (r == 0)
		r = check_others(file, error);
	if (r < 0)
		return r;
	if (text_starts_with(file, "hugetlb."))
		return error_set(error, EINVAL,
				 "'%s' is not an interface file that sets a limit; the names are like hugetlb.2MB.max and hugetlb.1GB.rsvd.max",
				 TEXT_ESCAPE(file));
	return error_set(error, EINVAL, "'%s' is not an interface file that sets a limit%s",
			 TEXT_ESCAPE(file), SPELLING_HINT(spelling_nearest(file, name_at, NULL)));
}
