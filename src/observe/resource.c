/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/resource.h"

#include <stdio.h>
#include <sys/resource.h>

#include "base/spelling.h"
#include "base/text.h"

#define PROCESS RESOURCE_OF_PROCESS
#define CGROUP RESOURCE_OF_CGROUP
#define FAMILY RESOURCE_OF_FAMILY

static const struct resource resources[] = {
	{ "nofile", PROCESS, RESOURCE_COUNT, RESOURCE_SAMPLED, "fd", NULL, RLIMIT_NOFILE, NULL,
	  "open file descriptors; limit: RLIMIT_NOFILE" },
	{ "threads", PROCESS, RESOURCE_COUNT, RESOURCE_SAMPLED, "stat", NULL, -1, NULL, "threads" },
	{ "rss", PROCESS, RESOURCE_BYTES, RESOURCE_SAMPLED, "status", "VmRSS", RLIMIT_RSS, NULL,
	  "resident memory; limit: RLIMIT_RSS" },
	{ "as", PROCESS, RESOURCE_BYTES, RESOURCE_SAMPLED, "status", "VmSize", RLIMIT_AS, NULL,
	  "address space; limit: RLIMIT_AS" },
	{ "data", PROCESS, RESOURCE_BYTES, RESOURCE_SAMPLED, "status", "VmData", RLIMIT_DATA, NULL,
	  "private writable memory; limit: RLIMIT_DATA" },
	{ "stack", PROCESS, RESOURCE_BYTES, RESOURCE_SAMPLED, "status", "VmStk", RLIMIT_STACK, NULL,
	  "stack of the first thread; limit: RLIMIT_STACK" },
	{ "memlock", PROCESS, RESOURCE_BYTES, RESOURCE_SAMPLED, "status", "VmLck", RLIMIT_MEMLOCK,
	  NULL, "locked memory; limit: RLIMIT_MEMLOCK" },
	{ "sigpending", PROCESS, RESOURCE_COUNT, RESOURCE_SAMPLED, "status", "SigQ",
	  RLIMIT_SIGPENDING, NULL, "queued signals of its user; limit: RLIMIT_SIGPENDING" },
	{ "cpu", PROCESS | CGROUP, RESOURCE_PERCENT, RESOURCE_AVERAGED, "cpu.stat", "usage_usec",
	  -1, NULL, "processor time, in percent of one processor" },
	{ "memory.current", CGROUP, RESOURCE_BYTES, RESOURCE_SAMPLED, "memory.current", NULL, -1,
	  "memory.max", "memory; limit: memory.max" },
	{ "memory.swap.current", CGROUP, RESOURCE_BYTES, RESOURCE_SAMPLED, "memory.swap.current",
	  NULL, -1, "memory.swap.max", "swap; limit: memory.swap.max" },
	{ "pids.current", CGROUP, RESOURCE_COUNT, RESOURCE_SAMPLED, "pids.current", NULL, -1,
	  "pids.max", "processes and threads; limit: pids.max" },
	{ "io", CGROUP, RESOURCE_RATE, RESOURCE_AVERAGED, "io.stat", NULL, -1, NULL,
	  "bytes read and written on all disks, a second" },
	{ "pressure.cpu", CGROUP, RESOURCE_PERCENT, RESOURCE_PRESSURE, "cpu.pressure", "some", -1,
	  NULL, "time in which a task waits for a processor" },
	{ "pressure.memory", CGROUP, RESOURCE_PERCENT, RESOURCE_PRESSURE, "memory.pressure", "some",
	  -1, NULL, "time in which a task waits for memory" },
	{ "pressure.io", CGROUP, RESOURCE_PERCENT, RESOURCE_PRESSURE, "io.pressure", "some", -1,
	  NULL, "time in which a task waits for a disk" },
	{ "pressure.cpu.full", CGROUP, RESOURCE_PERCENT, RESOURCE_PRESSURE, "cpu.pressure", "full",
	  -1, NULL, "time in which all tasks wait for a processor" },
	{ "pressure.memory.full", CGROUP, RESOURCE_PERCENT, RESOURCE_PRESSURE, "memory.pressure",
	  "full", -1, NULL, "time in which all tasks wait for memory" },
	{ "pressure.io.full", CGROUP, RESOURCE_PERCENT, RESOURCE_PRESSURE, "io.pressure", "full",
	  -1, NULL, "time in which all tasks wait for a disk" },
	{ "oom_kill", CGROUP, RESOURCE_TIMES, RESOURCE_AWAITED, "memory.events", "oom_kill", -1,
	  NULL, "processes that the OOM killer has killed" },
	{ "memory.high", CGROUP, RESOURCE_TIMES, RESOURCE_AWAITED, "memory.events", "high", -1,
	  NULL, "times that memory.high was exceeded" },
	{ "memory.max", CGROUP, RESOURCE_TIMES, RESOURCE_AWAITED, "memory.events", "max", -1, NULL,
	  "times that memory.max was about to be exceeded" },
	{ "pids.max", CGROUP, RESOURCE_TIMES, RESOURCE_AWAITED, "pids.events", "max", -1, NULL,
	  "forks that failed because of pids.max" },
	{ "idle", FAMILY, RESOURCE_TIME, RESOURCE_KNOWN, NULL, NULL, -1, NULL,
	  "time that the family has been idle" },
	{ "processes", FAMILY, RESOURCE_COUNT, RESOURCE_KNOWN, NULL, NULL, -1, NULL,
	  "processes of the family" },
};

const struct resource *resource_at(size_t index)
{
	return index < sizeof(resources) / sizeof(*resources) ? &resources[index] : NULL;
}

const struct resource *resource_find(const char *name)
{
	const struct resource *resource;

	for (size_t i = 0; (resource = resource_at(i)); i++) {
		if (text_equal(resource->name, name))
			return resource;
	}
	return NULL;
}

static const char *name_at(size_t index, const void *data)
{
	const struct resource *resource = resource_at(index);

	return resource ? resource->name : NULL;
}

const char *resource_nearest(const char *name)
{
	return spelling_nearest(name, name_at, NULL);
}

bool resource_has_limit(const struct resource *resource)
{
	return resource->rlimit >= 0 || resource->limit_file;
}

/* "1.5G": at most one decimal, as people write it. */
static void say_bytes(uint64_t value, char out[RESOURCE_TEXT_SIZE], const char *end)
{
	static const char units[] = "KMGTPE";
	int unit = -1;
	uint64_t tenths = value * 10;

	if (value > UINT64_MAX / 10)
		tenths = UINT64_MAX;
	for (; tenths >= 10240 && units[unit + 1]; unit++)
		tenths /= 1024;
	if (unit < 0)
		(void)snprintf(out, RESOURCE_TEXT_SIZE, "%llu%s", (unsigned long long)value, end);
	else if (tenths % 10)
		(void)snprintf(out, RESOURCE_TEXT_SIZE, "%llu.%llu%c%s",
			       (unsigned long long)tenths / 10, (unsigned long long)tenths % 10,
			       units[unit], end);
	else
		(void)snprintf(out, RESOURCE_TEXT_SIZE, "%llu%c%s", (unsigned long long)tenths / 10,
			       units[unit], end);
}

const char *resource_text(const struct resource *resource, uint64_t value,
			  char out[RESOURCE_TEXT_SIZE])
{
	unsigned long long number = value;

	switch (resource->unit) {
	case RESOURCE_BYTES:
		say_bytes(value, out, "");
		break;
	case RESOURCE_RATE:
		say_bytes(value, out, "/s");
		break;
	case RESOURCE_PERCENT:
		if (number % 100)
			(void)snprintf(out, RESOURCE_TEXT_SIZE, "%llu.%02llu%%", number / 100,
				       number % 100);
		else
			(void)snprintf(out, RESOURCE_TEXT_SIZE, "%llu%%", number / 100);
		break;
	case RESOURCE_TIME:
		(void)snprintf(out, RESOURCE_TEXT_SIZE, "%llu.%03llus", number / 1000000,
			       number / 1000 % 1000);
		break;
	default:
		(void)snprintf(out, RESOURCE_TEXT_SIZE, "%llu", number);
	}
	return out;
}
