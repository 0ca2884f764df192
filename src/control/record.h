/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One audit record: what was done or refused, by whom, to which process and scope, and with
 * what result.  The audit log and the control socket have the same JSON.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* How a process exited. */
struct record_exit {
	const char *class; /* "normal", "abnormal", "graceful", "benign", "crash";
			    * NULL when the status is unknown */
	int status;        /* 0 to 255 */
	int signal;        /* that killed it; 0: none */
	bool core;         /* it dumped core */
	const char *cause; /* "slicectl": slicectl killed it; "oom": the OOM killer did; or NULL */
};

/* What a resync found: a scan of /proc after events may have been lost. */
struct record_resync {
	const char *cause; /* "start", "overrun", "gap", … */
	uint64_t duration_usec;
	uint64_t lost;              /* events that the kernel could not queue, if known */
	size_t forks, execs, exits; /* that had been missed */
};

/* That a family has become active or idle. */
struct record_activity {
	const char *before;   /* the state that was told last */
	const char *evidence; /* in words */
	uint64_t span_usec;   /* length of the last span of the other state */
	uint64_t since_usec;  /* how long ago it changed */
	uint64_t changes;     /* since the last such record: more than 1 for who flaps */
};

/* That a value has crossed a level. */
struct record_crossing {
	const char *resource;
	const char *direction;    /* "up", "down" or "change" */
	uint64_t old, new, level; /* in the unit of the resource; no level for a change */
	uint64_t skipped; /* crossings of the watch that have no record, because there were too many */
};

struct record {
	uint64_t time_ns;   /* CLOCK_REALTIME */
	const char *action; /* "place", "kill", "exit", "resync", "scope.create", … */
	const char *actor; /* "rule:NAME", "watch:NAME", "policy:NAME", "uid:NUMBER", "kernel" or "slicectld" */
	const char *rule;      /* of the family; NULL without one */
	pid_t family;          /* pid of its root; 0 without one */
	const char *type;      /* of the process in it: "root", "sub" or "tool"; NULL */
	const char *owner;     /* on whose behalf; NULL when no owned cgroup is changed */
	const char *scope;     /* scope path relative to the base; NULL for none */
	pid_t pid;             /* the process that caused it; 0 for none */
	const char *comm;      /* its name, any bytes; NULL for none */
	const char *argv;      /* its command line if log-argv = yes; else NULL */
	uint64_t start_ticks;  /* its start time, which distinguishes processes with the same pid */
	const char *boot_id;   /* id of the boot that start_ticks belongs to; NULL: unknown */
	const char *signal;    /* for "kill": "KILL", "TERM", …; NULL */
	const char *old, *new; /* for "guard.write": values of the limit before and after; NULL */
	const char *reason;    /* for "hook" and emergencies; NULL */
	const char *emergency; /* id of the emergency that was in force; NULL */
	size_t processes;      /* number of processes that were affected */
	uint64_t latency_usec; /* from the kernel's event to completion; 0: no event */
	int code;              /* 0, or a negative errno */
	const char *message;   /* sentence of a failure; NULL without one */
	const struct record_exit *exit;         /* for "exit"; else NULL */
	const struct record_resync *resync;     /* for "resync"; else NULL */
	const struct record_activity *activity; /* for "family.active" and the like; else NULL */
	const struct record_crossing *crossing; /* for "watch.crossed"; else NULL */
	bool dry_run;
	bool intent; /* written before the action starts */
};

/* "done", "refused", … */
const char *record_result(const struct record *record);

/* One line of JSON without a newline; the caller frees it.  NULL when out of memory.  Bytes
 * that are not valid UTF-8 become \xNN. */
char *record_format(const struct record *record);
