/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/work/priority.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"

enum { FIFO_PRIORITY = 1, NICENESS = -20 };

static int set_fifo(pid_t tid)
{
	const struct sched_param parameter = { .sched_priority = FIFO_PRIORITY };

	return sched_setscheduler(tid, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameter) < 0 ? -errno :
											   0;
}

static int set_nice(pid_t tid)
{
	const struct sched_param parameter = { .sched_priority = 0 };

	if (setpriority(PRIO_PROCESS, (id_t)tid, NICENESS) < 0 ||
	    sched_setscheduler(tid, SCHED_OTHER | SCHED_RESET_ON_FORK, &parameter) < 0)
		return -errno;
	return 0;
}

void priority_set(pid_t tid, enum config_scheduler scheduler)
{
	int r = 0;

	if (scheduler == CONFIG_SCHEDULER_FIFO) {
		r = set_fifo(tid);
		if (r == 0)
			return;
		log_info("cannot get real-time priority: %s; trying niceness instead (grant CAP_SYS_NICE, or set scheduler = normal)",
			 strerror(-r));
	}
	if (scheduler != CONFIG_SCHEDULER_NORMAL)
		r = set_nice(tid);
	if (r < 0)
		log_info("cannot raise the priority: %s; on a loaded machine reactions may be late",
			 strerror(-r));
}

void priority_change(pid_t tid, enum config_scheduler before, enum config_scheduler after)
{
	const struct sched_param parameter = { .sched_priority = 0 };

	if (before == after)
		return;
	/* Reset the priority only if it was raised here: otherwise another program chose it. */
	if (before != CONFIG_SCHEDULER_NORMAL) {
		(void)sched_setscheduler(tid, SCHED_OTHER, &parameter);
		(void)setpriority(PRIO_PROCESS, (id_t)tid, 0);
	}
	priority_set(tid, after);
}
