/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The process that outlives the daemon while a policy has frozen a cgroup: when the daemon ends, or has
 * not thawed the cgroup in time, it does.  It waits at a pipe that the daemon holds open, in a session of
 * its own, and holds nothing else of the daemon.
 */

#include <stdint.h>

#include <systemd/sd-event.h>

struct thaw_keeper;

/* Starts one for the open cgroup @dirfd, which waits for @span_ns and a little longer, from now and from
 * each thaw_keeper_restart().
 * @path: for what it prints.  0 or -errno. */
int thaw_keeper_start(sd_event *loop, int dirfd, const char *path, uint64_t span_ns,
		      struct thaw_keeper **ret_keeper);
void thaw_keeper_restart(struct thaw_keeper *keeper);

/* Lets it go; it is reaped when it has ended.  NULL is allowed. */
void thaw_keeper_end(struct thaw_keeper *keeper);
