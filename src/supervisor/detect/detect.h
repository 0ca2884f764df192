/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The detector that reports processes: the netlink connector, scans at an interval, or a
 * recording. */

#include "process/event.h"
#include "supervisor/life/life.h"
#include "supervisor/observe/observe.h"
#include "supervisor/watch/watch.h"

struct detect;

/* All parameters must outlive the result.  @mover is NULL in a replay. */
int detect_new(struct node *node, struct families *families, struct report *report,
	       struct life *life, struct mover *mover, struct observe *observe,
	       struct watches *watches, struct detect **ret_detect, struct slicectl_error *error);

/* Accepts NULL, returns NULL. */
struct detect *detect_free(struct detect *detect);

/*
 * Opens the detector @name, or the configured one when @name is NULL.  auto tries netlink, and
 * falls back to poll with a warning.  A detector that is chosen by name and does not work is an
 * error.
 */
int detect_open(struct detect *detect, const char *name, struct slicectl_error *error);

/* Starts to serve events.  To be called after the first scan.  0 or -errno. */
int detect_start(struct detect *detect);

/* Stops serving events.  To be called before the families are freed. */
void detect_stop(struct detect *detect);

/* Makes the next turn of the loop read all queued events and run a scan if one is due.  Does
 * nothing for the poll detector, which scans at its interval anyway. */
void detect_scan_soon(struct detect *detect);

/* Takes all events that are queued now, or scans, so that the table has every process. */
void detect_catch_up(struct detect *detect);

/* Whether there is proof that the detector works. */
bool detect_is_alive(struct detect *detect);

/* "netlink" or "poll"; NULL when no detector is open. */
const char *detect_name(const struct detect *detect);

/* Whether writing the recording failed, which was logged.  False for NULL. */
bool detect_recording_failed(const struct detect *detect);

struct detect_counts {
	uint64_t events; /* in all */
	uint64_t events_by[PROCESS_EVENT_KINDS];
	uint64_t resyncs, resync_usec; /* scans after a loss; duration of all scans */
	uint64_t lost, overruns;       /* events that the kernel could not queue */
	uint64_t forged, malformed;    /* datagrams */
	uint64_t relistens;            /* subscriptions after the kernel had stopped reporting */
	uint64_t canary_missed, canary_rtt_usec;
};

struct detect_counts detect_counts(const struct detect *detect);
