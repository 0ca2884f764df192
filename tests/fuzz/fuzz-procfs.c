/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/procfs.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/interface.h"
#include "cgroup/limit_io.h"
#include "cgroup/mount.h"
#include "cgroup/usage.h"
#include "fuzz.h"
#include "observe/thread.h"

/* Texts that the kernel writes, with names that users chose in them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size), *path = NULL, *mount = NULL;
	struct procfs_stat stat;
	char escaped[64];
	uint64_t value;

	if (!text)
		return 0;
	if (procfs_stat_parse(text, &stat) == 0 && (stat.pid <= 0 || stat.ppid < 0))
		abort();
	(void)procfs_cgroup_parse(text, &path);
	(void)procfs_pid_depth_parse(text);
	(void)threads_parse_run(text, &value);
	(void)mount_parse(text, &mount);
	(void)interface_parse_key(text, "populated", &value);
	(void)usage_parse_io(text, "rbytes");
	(void)usage_parse_pressure(text);
	(void)limit_io_is_current("8:0 rbps=5", text);
	text_escape((const char *)data, size, escaped, sizeof(escaped));
	return 0;
}
