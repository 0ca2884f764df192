/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/work/exempt.h"

#include <unistd.h>

const char *exempt_reason(const struct held_process *held)
{
	if (held->stat.pid == 1)
		return "it is init";
	if (held->stat.pid == getpid())
		return "it is the supervisor";
	if (procfs_is_kernel_thread(&held->stat))
		return "it is a kernel thread";
	return NULL;
}
