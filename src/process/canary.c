/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/canary.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t canary_fly(void)
{
	/* vfork copies nothing and returns after the child has exited. */
	pid_t pid = vfork();

	if (pid == 0)
		_exit(0);
	if (pid < 0)
		return -errno;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	return pid;
}
