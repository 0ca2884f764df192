/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which detector reports processes: the netlink connector, scans at an interval, or a recording. */

#include "process/event.h"
#include "supervisor/life/life.h"

struct detect;

/* All of them must outlive it.  @mover is NULL in a replay. */
int detect_new(struct node *node, struct families *families, struct report *report,
	       struct life *life, struct mover *mover, struct detect **ret_detect,
	       struct slicectl_error *error);

/* Accepts NULL, returns NULL. */
struct detect *detect_free(struct detect *detect);

/*
 * Opens the detector that @name, or without one the configuration, asks for.  auto is netlink, and
 * where that cannot work poll, with a warning; one that was named and cannot work is an error.
 */
int detect_open(struct detect *detect, const char *name, struct slicectl_error *error);

/* After the first scan: events are served from now on.  0 or -errno. */
int detect_start(struct detect *detect);

/* No more events.  Before the families are gone. */
void detect_stop(struct detect *detect);

/* As soon as the loop turns, all queued events are read, and a scan that is due is made.  Does
 * nothing for another detector than netlink, whose next scan comes by itself. */
void detect_scan_soon(struct detect *detect);

/* Whether it is proved that processes are noticed. */
bool detect_is_alive(struct detect *detect);

/* "netlink" or "poll"; NULL: none. */
const char *detect_name(const struct detect *detect);

/* Whether the recording could not be written, which was logged.  False for NULL. */
bool detect_recording_failed(const struct detect *detect);

struct detect_counts {
	uint64_t events; /* in all, */
	uint64_t events_by[PROCESS_EVENT_KINDS];
	uint64_t resyncs, resync_usec; /* scans after a loss, and the time of all scans */
	uint64_t lost, overruns;       /* events that the kernel could not queue */
	uint64_t forged, malformed;    /* datagrams */
	uint64_t relistens;            /* subscriptions after the kernel was silent */
	uint64_t canary_missed, canary_rtt_usec;
};

struct detect_counts detect_counts(const struct detect *detect);
