/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * systemd as PID 1, asked over its private socket, which needs no bus daemon and answers root only.
 * A question sleeps until the answer comes or ANSWER_USEC have passed, so it is never asked in the
 * event loop.  Not thread-safe: one thread uses it.
 */

#include <sys/types.h>

struct service_manager;

/* NULL when out of memory.  Nothing is opened before the first question. */
struct service_manager *service_manager_new(void);
struct service_manager *service_manager_free(struct service_manager *manager);

/* Whether @pid is the main or control process of the service @unit: 1 or 0; -errno when systemd
 * does not answer, or @manager is NULL.  After a question without answer systemd is not asked for
 * a few seconds. */
int service_manager_is_main(struct service_manager *manager, const char *unit, pid_t pid);

#define _cleanup_service_manager_ _cleanup_(cleanup_service_manager)

static inline void cleanup_service_manager(struct service_manager **manager)
{
	(void)service_manager_free(*manager);
}
