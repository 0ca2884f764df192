/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/limit_unset.h"

#include <fnmatch.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* The text of a file that was never written. */
static const struct {
	const char *pattern;
	const char *unset;
} defaults[] = {
	{ "memory.max", "max" }, { "memory.high", "max" },       { "memory.low", "0" },
	{ "memory.min", "0" },   { "memory.swap.max", "max" },   { "hugetlb.*.max", "max" },
	{ "cpu.weight", "100" }, { "cpu.max", "max 100000" },    { "cpuset.cpus", "" },
	{ "cpuset.mems", "" },   { "io.weight", "default 100" }, { "io.max", "" },
	{ "pids.max", "max" },   { "cgroup.max.*", "max" },
};

const char *limit_unset_value(const char *file)
{
	/* hugetlb.SIZE.rsvd.max also matches the glob, but is not supported. */
	if (strstr(file, ".rsvd."))
		return NULL;
	for (size_t i = 0; i < ELEMENTS(defaults); i++) {
		if (fnmatch(defaults[i].pattern, file, 0) == 0)
			return defaults[i].unset;
	}
	return NULL;
}

/* What such a file says otherwise, and what is not shown as a limit: of cpu.max any period. */
static const struct {
	const char *file, *value;
} nothing[] = {
	{ "cpu.max", "max*" },         { "cpu.max.burst", "0" },      { "cpu.uclamp.min", "0" },
	{ "cpu.uclamp.max", "max" },   { "cpu.idle", "0" },           { "io.weight", "100" },
	{ "memory.swap.high", "max" }, { "memory.zswap.max", "max" }, { "memory.oom.group", "0" },
};

bool limit_is_unset(const char *file, const char *value)
{
	const char *unset = limit_unset_value(file);

	for (size_t i = 0; i < ELEMENTS(nothing); i++) {
		if (text_equal(nothing[i].file, file) && fnmatch(nothing[i].value, value, 0) == 0)
			return true;
	}
	return unset && text_equal(value, unset);
}
