/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The daemon: owns every service below it and carries data between them.  All of
 * its state hangs off this struct; what must outlive it is in cgroupfs.
 */

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "config/config.h"
#include "control/audit.h"
#include "process/connector.h"
#include "process/sequence.h"
#include "process/table.h"
#include "process/view.h"
#include "rule/rate.h"
#include "supervisor/worker.h"

struct supervised;

struct supervisor_options {
	struct config_source source;
	const char *cgroup_root; /* NULL: the cgroup2 mount */
	const char *proc_root;   /* the proc mount */
	const char *detector;    /* NULL: as configured */
	const char *record;      /* file to write a recording to, or NULL */
	const char *replay;      /* recording to take events from, or NULL */
	bool dry_run;
	const char *notify; /* the same as it was given */
	int notify_fd;      /* gets a newline when we are ready; -1 */
	bool oneshot;       /* one look, and what follows from it */
};

/* Why events may have been lost. */
enum loss {
	LOSS_NONE,
	LOSS_START,   /* none yet: what runs already was never told */
	LOSS_OVERRUN, /* the receive buffer was full */
	LOSS_GAP,     /* an event tells of a process that was never told */
	LOSS_DEAF,    /* the kernel had stopped to tell us anything */
	LOSS_RELOAD,  /* none; but the rules are others */
	LOSS_UNREAD,  /* no descriptors or memory to look at a process */
};

/* A child of a process that ended before we could read it; see unread.h. */
struct unread_match {
	struct supervised *family; /* that the child began; NULL: refuted */
	pid_t ancestor, child;
	uint64_t ancestor_since_ns, matched_ns;
};

/* A configuration that was replaced, and that families or moves may still refer to. */
struct retired {
	struct config *config;
	struct slicectl_hierarchy *hierarchy;
	struct retired *next;
};

/* How often a rule acted. */
struct rule_rate {
	char *rule;
	struct rate rate;
	struct rule_rate *next;
};

/* See mover.h. */
struct mover {
	struct worker quick, slow;
	_Atomic pid_t tid; /* of the quick one; 0: not started */
	enum config_scheduler scheduler;
	enum config_keep_warm keep_warm;
	bool is_armed;                 /* rules may place */
	unsigned at_once;              /* moves since the loop rested */
	int warm_fd;                   /* or -errno */
	_Atomic uint64_t written_usec; /* CLOCK_MONOTONIC, of the last move */
	uint64_t extended_usec;        /* when the ticks were prolonged last */
};

enum { REQUEST_WORKERS = 32 };

/* See request_job.h.  Each is opened when it is needed; root's wait for nobody else's. */
struct request_lane {
	struct worker prompt, patient[REQUEST_WORKERS];
};

struct request;

struct request_workers {
	struct request_lane root, users;
	struct request *under_way; /* list */
	_Atomic int scheduler;     /* enum config_scheduler, that they leave */
};

/* See emergency.h. */
struct emergency {
	bool active;
	char id[17];
	uid_t uid;
	char *reason;
	uint64_t started_ns; /* CLOCK_REALTIME */
	uint64_t until_usec; /* CLOCK_BOOTTIME: no clock that is set can prolong it */
	sd_event_source *timer;
};

struct guard_count;
struct guard_slice;

/* See guard.h. */
struct guard {
	int fd;
	sd_event_source *source; /* NULL: it is off */
	struct guard_count *counts;
	struct guard_slice *slices; /* list */
};

struct refused;
struct zombie;
struct tally_row;

enum { TALLY_BUCKETS = 12 };

/* See tally.h. */
struct tally {
	struct tally_row *rows; /* by what is counted */
	uint64_t buckets[TALLY_BUCKETS], latency_usec;
};

struct listener;

/* See feed.h. */
struct feed {
	uint64_t sequence;          /* of the last record */
	char **kept;                /* the newest, while somebody listens; else NULL */
	struct listener *listeners; /* list */
	sd_event_source *timer;
	bool is_due;
	uint64_t flushed_usec;
};

struct control_socket;
struct hook;
struct home;

struct supervisor {
	struct supervisor_options options;
	sd_event *loop;
	struct config *config;
	struct retired *retired; /* list */
	struct slicectl_hierarchy *hierarchy;
	int lock_fd; /* one supervisor on a node */
	bool dry_run;
	bool recording_failed; /* and told */
	bool capacity_told;
	const char *detector; /* in use; NULL: none */
	struct view view;
	struct process_table table;
	struct audit audit;
	uint64_t audit_lost; /* records since it failed */
	char boot_id[PROCFS_BOOT_ID_SIZE];
	struct supervised *families; /* list */
	struct rule_rate *rates;     /* list */
	struct rate kills;           /* by all rules */
	struct home *homes;          /* by path */
	struct hook *hooks;          /* under way; list */
	sd_event_source *release_timer;
	struct mover mover;
	struct worker journal;
	struct control_socket *socket; /* or NULL */
	struct request_workers requests;
	struct zombie *zombies; /* list */
	sd_event_source *zombie_timer;
	struct guard guard;
	struct refused *refused; /* by uid */
	uint64_t refused_second; /* in which so many were told */
	unsigned refused_told;
	struct feed feed;
	struct emergency emergency;
	struct tally tally;
	sd_event_source *metrics_timer;
	struct worker metrics_writer;
	bool metrics_failed;            /* and told */
	bool reload_failed;             /* the last one */
	uint64_t loaded_ns;             /* CLOCK_REALTIME, of the configuration */
	struct unread_match unread[64]; /* not settled yet */
	size_t n_unread;

	/* The netlink detector. */
	struct connector connector;
	struct sequence sequence;
	sd_event_source *events, *tick, *canary;
	uint64_t window_usec; /* begin of the span that events are counted in */
	unsigned in_window;   /* and how many there were */
	unsigned quiet_ticks;
	uint64_t received; /* events, in all */
	uint64_t received_by[PROCESS_EVENT_KINDS];
	uint64_t canary_rtt_usec;
	uint64_t received_before; /* the same when the canary looked last */
	pid_t canary_pid;         /* in flight, or 0 */
	bool canary_heard;

	/* Lost events. */
	enum loss loss;
	uint64_t resync_not_before_ns; /* so that looks do not take all our time */
	uint64_t gap_not_before_ns, gap_pause_ns;
	uint64_t drops;           /* of the socket, when we looked last */
	uint64_t rejected_before; /* processes without room, before the last look */
	sd_event_source *retry_timer;

	/* The poll detector. */
	sd_event_source *poll;
	uint64_t polled_usec; /* it has looked then */

	sd_event_source *watchdog;
	uint64_t watchdog_usec; /* the service manager's patience */
	uint64_t received_beat; /* events, when the watchdog was fed last */
	uint64_t given_up;      /* capabilities that we had, as bits */

	struct {
		uint64_t matched, placed, killed, monitored, hooks, failed, late,
			unread;                                          /* of families */
		uint64_t asked, guarded;                                 /* of what else was done */
		uint64_t resyncs, resync_usec, relistens, canary_missed; /* of events */
		uint64_t journal_lost, feed_lost;                        /* of what was not told */
	} counters;
};

int supervisor_new(const struct supervisor_options *options, struct supervisor **ret_supervisor,
		   struct slicectl_error *error);
struct supervisor *supervisor_free(struct supervisor *supervisor);

/* Serves until SIGTERM or SIGINT.  0, or a negative errno when it cannot go on. */
int supervisor_run(struct supervisor *supervisor, struct slicectl_error *error);

/* Acts on what runs now; returns how many families there are, also of an earlier
 * supervisor, or -errno. */
int supervisor_run_once(struct supervisor *supervisor, struct slicectl_error *error);

/* Takes the events of a recording, and acts on nothing. */
int supervisor_run_replay(struct supervisor *supervisor, struct slicectl_error *error);

DEFINE_CLEANUP(struct supervisor, supervisor_free)
#define _cleanup_supervisor_ _cleanup_(cleanup_supervisor_free)
