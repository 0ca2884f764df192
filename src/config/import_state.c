/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/import_state.h"

#include <fnmatch.h>
#include <stddef.h>

#include "base/cleanup.h"

/* Each pattern is a file that can only be read, or whose value follows from another file. */
static const char *const shown[] = {
	"*.current",
	"*.peak",
	"*.events",
	"*.events.local",
	"*.pressure",
	"*.numa_stat",
	"*.stat",
	"*.stat.local",
	"*.usage_in_bytes",
	"*.max_usage_in_bytes",
	"*.failcnt",
	"*.effective",
	"*.slabinfo",
	"cpuacct.*",
	"cpuset.effective*",
	"cpuset.cpus.isolated",
	"cpuset.memory_pressure",
	"blkio.*_recursive",
	"blkio.io_*",
	"blkio.time",
	"blkio.sectors",
	"blkio.throttle.io_*",
	"blkio.bfq.*_bytes",
	"blkio.bfq.*_time",
	"misc.capacity",
	"cpu.weight.nice",
	"dmem.capacity",
	"memory.stat",
	"tasks",
	"cgroup.controllers",
	"cgroup.procs",
	"cgroup.threads",
};

/* Files without an equivalent, and the value with which a group begins. */
static const struct {
	const char *file, *value;
} usual[] = {
	{ "blkio.leaf_weight", "500" },
	{ "cgroup.clone_children", "0" },
	{ "cpu.idle", "0" },
	{ "cpu.rt_period_us", "1000000" },
	{ "cpu.rt_runtime_us", "0" },
	{ "cpuset.cpu_exclusive", "0" },
	{ "cpuset.mem_exclusive", "0" },
	{ "cpuset.mem_hardwall", "0" },
	{ "cpuset.memory_migrate", "0" },
	{ "cpuset.memory_spread_*", "0" },
	{ "cpuset.sched_load_balance", "1" },
	{ "cpuset.sched_relax_domain_level", "-1" },
	{ "freezer.state", "THAWED" },
	{ "memory.kmem.*limit_in_bytes", "9223372036854[67]*" },
	{ "memory.move_charge_at_immigrate", "0" },
	{ "memory.oom_control", "oom_kill_disable 0*" },
	{ "memory.soft_limit_in_bytes", "9223372036854[67]*" },
	{ "memory.swappiness", "60" },
	{ "memory.use_hierarchy", "*" },
	{ "net_cls.classid", "0" },
	{ "notify_on_release", "0" },
};

static const struct {
	const char *pattern, *why;
} lost[] = {
	{ "blkio.*weight_device", "weights of single devices are left out" },
	{ "cpu.idle", "cpu.weight = 1 comes nearest" },
	{ "cpu.rt_*", "cgroup v2 does not divide real-time time" },
	{ "cpuset.cpu_exclusive", "cpuset.cpus.partition comes nearest" },
	{ "devices.*", "cgroup v2 has no device files; a BPF program decides there" },
	{ "freezer.*", "slicectl scope freeze does it" },
	{ "memory.kmem.*", "memory.max counts the memory of the kernel too" },
	{ "memory.oom_control", "memory.oom.group and memory.high come nearest" },
	{ "memory.soft_limit_in_bytes", "memory.low and memory.high come nearest" },
	{ "memory.swappiness", "it is one value for the machine" },
	{ "memory.use_hierarchy", "cgroup v2 always does so" },
	{ "net_cls.*", "match by the cgroup with iptables or nftables" },
	{ "net_prio.*", "match by the cgroup with iptables or nftables" },
	{ "cgroup.*", "it is not a limit" },
	{ "*.reclaim", "it is not a limit but an order" },
};

bool import_is_state(const char *file, const char *value)
{
	for (size_t i = 0; i < ELEMENTS(shown); i++) {
		if (fnmatch(shown[i], file, 0) == 0)
			return true;
	}
	for (size_t i = 0; i < ELEMENTS(usual); i++) {
		if (fnmatch(usual[i].file, file, 0) == 0 && fnmatch(usual[i].value, value, 0) == 0)
			return true;
	}
	return false;
}

const char *import_why_lost(const char *file)
{
	for (size_t i = 0; i < ELEMENTS(lost); i++) {
		if (fnmatch(lost[i].pattern, file, 0) == 0)
			return lost[i].why;
	}
	return NULL;
}
