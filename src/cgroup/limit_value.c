/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/limit_value.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/parse.h"
#include "base/text.h"
#include "cgroup/limit_cpuset.h"
#include "cgroup/limit_io.h"

struct known {
	const char *pattern; /* name of the file, or a glob for the sizes of hugetlb */
	enum limit_comparison comparison;
	/* Returns a new text, or -errno; the caller writes the sentence. */
	int (*normalise)(const char *file, const char *text, char **ret_value);
	const char *expects;
};

enum {
	PERMYRIAD_ONE = 10000,
	CPU_PERIOD_DEFAULT = 100000,
	CPU_PERIOD_MIN = 1000,
	CPU_PERIOD_MAX = 1000000,
	CPU_QUOTA_MIN = 1000,
	WEIGHT_MAX = 10000,
	PIDS_LIMIT = 4194304, /* PID_MAX_LIMIT on 64 bit */
};

static int formatted(char *text, char **ret_value)
{
	if (!text)
		return -ENOMEM;
	*ret_value = text;
	return 0;
}

/* Rounds down like the kernel, so that the file reads back the same value. */
static int bytes_text(uint64_t bytes, uint64_t unit, char **ret_value)
{
	bytes -= bytes % unit;
	if (bytes > LONG_MAX)
		return -ERANGE;
	return formatted(text_format("%" PRIu64, bytes), ret_value);
}

static int parse_bytes(const char *text, bool percent, uint64_t unit, char **ret_value)
{
	uint64_t bytes, permyriad;
	int r;

	if (text_equal(text, "max"))
		return formatted(strdup("max"), ret_value);
	if (percent && parse_percent(text, PERMYRIAD_ONE, &permyriad) == 0) {
		uint64_t pages = (uint64_t)sysconf(_SC_PHYS_PAGES);

		bytes = pages * permyriad / PERMYRIAD_ONE * (uint64_t)sysconf(_SC_PAGESIZE);
	} else {
		r = parse_size(text, &bytes);
		if (r < 0)
			return r;
	}
	return bytes_text(bytes, unit, ret_value);
}

static int memory_protection(const char *file, const char *text, char **ret_value)
{
	return parse_bytes(text, true, (uint64_t)sysconf(_SC_PAGESIZE), ret_value);
}

/* The kernel rounds less than a page down to 0, which would kill all processes. */
static int memory_limit(const char *file, const char *text, char **ret_value)
{
	_cleanup_free_ char *value = NULL;
	int r;

	r = memory_protection(file, text, &value);
	if (r < 0)
		return r;
	if (text_equal(value, "0"))
		return -ERANGE;
	*ret_value = TAKE_PTR(value);
	return 0;
}

/* "hugetlb.2MB.max" counts in pages of 2 MiB. */
static int hugetlb_limit(const char *file, const char *text, char **ret_value)
{
	_cleanup_free_ char *size = strdup(file + strlen("hugetlb."));
	uint64_t page = 0;
	char *end;

	if (!size)
		return -ENOMEM;
	end = strpbrk(size, "B.");
	if (end)
		*end = '\0';
	if (parse_size(size, &page) < 0 || page == 0)
		return -EINVAL;
	return parse_bytes(text, false, page, ret_value);
}

static int weight(const char *file, const char *text, char **ret_value)
{
	uint64_t value;
	int r;

	r = parse_u64(text, 1, WEIGHT_MAX, &value);
	return r < 0 ? r : formatted(text_format("%" PRIu64, value), ret_value);
}

static int io_weight(const char *file, const char *text, char **ret_value)
{
	_cleanup_free_ char *value = NULL;
	int r;

	if (text_starts_with(text, "default "))
		text += strlen("default ");
	r = weight(file, text, &value);
	return r < 0 ? r : formatted(text_format("default %s", value), ret_value);
}

static int pids_limit(const char *file, const char *text, char **ret_value)
{
	uint64_t value, permyriad, most;
	char pid_max[32];
	int r;

	if (text_equal(text, "max"))
		return formatted(strdup("max"), ret_value);
	if (parse_percent(text, PERMYRIAD_ONE, &permyriad) == 0) {
		if (fd_read_file(AT_FDCWD, "/proc/sys/kernel/pid_max", pid_max, sizeof(pid_max)) < 0 ||
		    parse_u64(text_strip(pid_max), 1, PIDS_LIMIT, &most) < 0)
			return -EINVAL;
		value = most * permyriad / PERMYRIAD_ONE;
		if (value == 0)
			return -ERANGE;
	} else {
		r = parse_u64(text, 1, PIDS_LIMIT, &value);
		if (r < 0)
			return r;
	}
	return formatted(text_format("%" PRIu64, value), ret_value);
}

/* Number of descendants or of levels below a cgroup. */
static int count_limit(const char *file, const char *text, char **ret_value)
{
	uint64_t value;
	int r;

	if (text_equal(text, "max"))
		return formatted(strdup("max"), ret_value);
	r = parse_u64(text, 0, INT_MAX, &value);
	return r < 0 ? r : formatted(text_format("%" PRIu64, value), ret_value);
}

static int cpu_quota(const char *text, uint64_t period, char **ret_value)
{
	uint64_t quota, permyriad;
	int r;

	if (text_equal(text, "max"))
		return formatted(text_format("max %" PRIu64, period), ret_value);
	if (parse_percent(text, (uint64_t)PERMYRIAD_ONE * CPU_PERIOD_MAX, &permyriad) == 0) {
		quota = permyriad * period / PERMYRIAD_ONE;
		if (quota < CPU_QUOTA_MIN)
			return -ERANGE;
	} else {
		r = parse_u64(text, CPU_QUOTA_MIN, UINT32_MAX, &quota);
		if (r < 0)
			return r;
	}
	return formatted(text_format("%" PRIu64 " %" PRIu64, quota, period), ret_value);
}

static int cpu_max(const char *file, const char *text, char **ret_value)
{
	_cleanup_free_ char *copy = strdup(text);
	uint64_t period = CPU_PERIOD_DEFAULT;
	char *blank;
	int r;

	if (!copy)
		return -ENOMEM;
	blank = strpbrk(copy, " \t");
	if (blank) {
		*blank = '\0';
		r = parse_u64(text_strip(blank + 1), CPU_PERIOD_MIN, CPU_PERIOD_MAX, &period);
		if (r < 0)
			return r;
	}
	return cpu_quota(copy, period, ret_value);
}

static int cpuset_list(const char *file, const char *text, char **ret_value)
{
	return limit_cpuset_normalise(text, ret_value);
}

static int io_max(const char *file, const char *text, char **ret_value)
{
	return limit_io_normalise(text, ret_value);
}

/* Text that only the kernel can check: keys of devices or resources. */
static int any_text(const char *file, const char *text, char **ret_value)
{
	return formatted(strdup(text), ret_value);
}

static int flag(const char *file, const char *text, char **ret_value)
{
	if (!text_equal(text, "0") && !text_equal(text, "1"))
		return -EINVAL;
	return formatted(strdup(text), ret_value);
}

static int niceness(const char *file, const char *text, char **ret_value)
{
	uint64_t value;
	bool negative = *text == '-';

	if (parse_u64(text + negative, 0, negative ? 20 : 19, &value) < 0)
		return -ERANGE;
	return formatted(strdup(text), ret_value);
}

static int burst(const char *file, const char *text, char **ret_value)
{
	uint64_t value;
	int r = parse_u64(text, 0, UINT32_MAX, &value);

	return r < 0 ? r : formatted(text_format("%" PRIu64, value), ret_value);
}

/* A percentage without its sign, with at most two decimals. */
static int clamp(const char *file, const char *text, char **ret_value)
{
	_cleanup_free_ char *percent = text_format("%s%%", text);
	uint64_t permyriad;

	if (!text_equal(text, "max") &&
	    (!percent || parse_percent(percent, PERMYRIAD_ONE, &permyriad) < 0))
		return -EINVAL;
	return formatted(strdup(text), ret_value);
}

static int one_of(const char *const *words, const char *text, char **ret_value)
{
	for (; *words; words++) {
		if (text_equal(*words, text))
			return formatted(strdup(text), ret_value);
	}
	return -EINVAL;
}

static int partition(const char *file, const char *text, char **ret_value)
{
	static const char *const types[] = { "member", "root", "isolated", NULL };

	return one_of(types, text, ret_value);
}

static int io_class(const char *file, const char *text, char **ret_value)
{
	static const char *const policies[] = { "no-change", "promote-to-rt", "restrict-to-be",
						"idle",      "none-to-rt",    NULL };

	return one_of(policies, text, ret_value);
}

static int refused(const char *file, const char *text, char **ret_value)
{
	return -EPERM;
}

#define BYTES "bytes (K, M, G, T), a percentage such as 25%, or max"

static const struct known known_files[] = {
	{ "memory.max", LIMIT_COMPARE_TEXT, memory_limit, BYTES ", and at least one page" },
	{ "memory.high", LIMIT_COMPARE_TEXT, memory_limit, BYTES ", and at least one page" },
	{ "memory.low", LIMIT_COMPARE_TEXT, memory_protection, BYTES },
	{ "memory.min", LIMIT_COMPARE_TEXT, memory_protection, BYTES },
	{ "memory.swap.max", LIMIT_COMPARE_TEXT, memory_protection, BYTES },
	{ "memory.swap.high", LIMIT_COMPARE_TEXT, memory_protection, BYTES },
	{ "memory.zswap.max", LIMIT_COMPARE_TEXT, memory_protection, BYTES },
	{ "memory.oom.group", LIMIT_COMPARE_TEXT, flag, "0 or 1" },
	{ "memory.zswap.writeback", LIMIT_COMPARE_TEXT, flag, "0 or 1" },
	{ "hugetlb.*[KMG]B.rsvd.max", LIMIT_COMPARE_TEXT, hugetlb_limit,
	  "bytes (K, M, G, T) or max" },
	{ "hugetlb.*[KMG]B.max", LIMIT_COMPARE_TEXT, hugetlb_limit, "bytes (K, M, G, T) or max" },
	{ "cgroup.max.depth", LIMIT_COMPARE_TEXT, count_limit, "a number or max" },
	{ "cgroup.max.descendants", LIMIT_COMPARE_TEXT, count_limit, "a number or max" },
	{ "cpu.weight", LIMIT_COMPARE_TEXT, weight, "a number from 1 to 10000" },
	{ "cpu.max", LIMIT_COMPARE_TEXT, cpu_max,
	  "'QUOTA [PERIOD]' in microseconds (quota from 1000, period 1000 to 1000000), a percentage of one CPU, or max" },
	{ "cpu.max.burst", LIMIT_COMPARE_TEXT, burst, "microseconds" },
	{ "cpu.weight.nice", LIMIT_COMPARE_NONE, niceness, "a number from -20 to 19" },
	{ "cpu.uclamp.min", LIMIT_COMPARE_NONE, clamp,
	  "a percentage without its sign such as 12.5, or max" },
	{ "cpu.uclamp.max", LIMIT_COMPARE_NONE, clamp,
	  "a percentage without its sign such as 12.5, or max" },
	{ "cpu.idle", LIMIT_COMPARE_NONE, refused,
	  "with cpu.idle=1 a task that wakes up in the cgroup cannot preempt any other until the file is reset; use cpu.weight" },
	{ "cpuset.cpus", LIMIT_COMPARE_TEXT, cpuset_list, "a list such as 0-3,8" },
	{ "cpuset.mems", LIMIT_COMPARE_TEXT, cpuset_list, "a list such as 0-1" },
	{ "cpuset.cpus.exclusive", LIMIT_COMPARE_TEXT, cpuset_list, "a list such as 0-3,8" },
	{ "cpuset.cpus.partition", LIMIT_COMPARE_TEXT, partition, "member, root or isolated" },
	{ "io.bfq.weight", LIMIT_COMPARE_LINE, io_weight, "a number from 1 to 10000" },
	{ "io.latency", LIMIT_COMPARE_NONE, any_text, "MAJ:MIN target=MICROSECONDS" },
	{ "io.prio.class", LIMIT_COMPARE_TEXT, io_class,
	  "no-change, promote-to-rt, restrict-to-be, idle or none-to-rt" },
	{ "rdma.max", LIMIT_COMPARE_NONE, any_text, "DEVICE hca_handle=N hca_object=N" },
	{ "misc.max", LIMIT_COMPARE_NONE, any_text, "RESOURCE N" },
	{ "dmem.max", LIMIT_COMPARE_NONE, any_text, "REGION BYTES" },
	{ "dmem.low", LIMIT_COMPARE_NONE, any_text, "REGION BYTES" },
	{ "dmem.min", LIMIT_COMPARE_NONE, any_text, "REGION BYTES" },
	{ "io.weight", LIMIT_COMPARE_LINE, io_weight, "a number from 1 to 10000" },
	{ "io.max", LIMIT_COMPARE_DEVICE, io_max,
	  "100M (every whole disk), DEV:100M or DEV:rbps=,wbps=,riops=,wiops= where DEV is a device node or MAJ:MIN, each at least 2 or max" },
	{ "pids.max", LIMIT_COMPARE_TEXT, pids_limit,
	  "a number from 1 to 4194304, a percentage, or max" },
};

static const struct known *find(const char *file)
{
	/* A size is digits and a unit: hugetlb.2MB.max. */
	if (text_starts_with(file, "hugetlb.") &&
	    (strspn(file + strlen("hugetlb."), "0123456789") == 0 ||
	     !strchr("KMG",
		     file[strlen("hugetlb.") + strspn(file + strlen("hugetlb."), "0123456789")])))
		return NULL;
	for (size_t i = 0; i < ELEMENTS(known_files); i++) {
		if (fnmatch(known_files[i].pattern, file, 0) == 0)
			return &known_files[i];
	}
	return NULL;
}

int limit_value_normalise(const char *file, const char *text, char **ret_value,
			  struct slicectl_error *error)
{
	const struct known *known = find(file);
	char *value = NULL;
	int r;

	if (!known)
		r = formatted(strdup(text), &value);
	else
		r = known->normalise(file, text, &value);
	if (r == -ENOMEM)
		return error_set(error, ENOMEM, "out of memory");
	if (r == -ENOENT || r == -ENODEV)
		return error_set(error, ENOENT, "%s = %s: there is no such block device", file,
				 TEXT_ESCAPE(text));
	if (r == -EPERM)
		return error_set(error, EINVAL, "%s is refused: %s", file, known->expects);
	if (r == -ERANGE)
		return error_set(error, ERANGE, "%s = %s: out of range; expected %s", file,
				 TEXT_ESCAPE(text), known->expects);
	if (r < 0)
		return error_set(error, EINVAL, "%s = %s: expected %s", file, TEXT_ESCAPE(text),
				 known->expects);
	*ret_value = value;
	return 0;
}

bool limit_value_is_known(const char *file)
{
	return find(file) != NULL;
}

const char *limit_value_name(size_t index)
{
	return index < ELEMENTS(known_files) ? known_files[index].pattern : NULL;
}

enum limit_comparison limit_value_comparison(const char *file)
{
	const struct known *known = find(file);

	return known ? known->comparison : LIMIT_COMPARE_NONE;
}
