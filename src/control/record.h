/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One audit record: what was done, or refused, by whom, to which process and
 * scope, and how it ended.  The JSON line is the same in the audit log and on
 * the wire.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* How a process ended. */
struct record_exit {
	const char *class; /* "normal", "abnormal", "graceful", "benign", "crash";
			    * NULL when nobody reported it */
	int status;        /* 0 to 255 */
	int signal;        /* 0: it exited by itself */
	bool core;         /* it left a core dump */
	const char *cause; /* "slicectl": we ordered it; "oom": memory ran out; NULL */
};

/* What a look at /proc made good. */
struct record_resync {
	const char *cause; /* "start", "overrun", "gap", … */
	uint64_t duration_usec;
	uint64_t lost;              /* events that the kernel could not queue, if it says */
	size_t forks, execs, exits; /* that nobody had told */
};

struct record {
	uint64_t time_ns;               /* CLOCK_REALTIME */
	const char *action;             /* "place", "kill", "exit", "resync", "scope.create", … */
	const char *actor;              /* "rule:NAME", "uid:NUMBER", "kernel" or "slicectld" */
	const char *rule;               /* of the family; NULL without one */
	pid_t family;                   /* pid of its root; 0 without one */
	const char *type;               /* of the process in it: "root", "sub" or "tool"; NULL */
	const char *owner;              /* on whose behalf; NULL where nobody's tree is changed */
	const char *scope;              /* path relative to the base; NULL for none */
	pid_t pid;                      /* the process that it began with; 0 for none */
	const char *comm;               /* its name; any bytes; NULL for none */
	const char *argv;               /* its command line, where log-argv = yes; else NULL */
	uint64_t start_ticks;           /* its start time; tells two bearers of a pid apart */
	const char *boot_id;            /* the boot that start times are of; NULL: not known */
	const char *signal;             /* of "kill": "KILL", "TERM", …; NULL */
	const char *reason;             /* of "hook" and of an emergency: why; NULL */
	const char *emergency;          /* id of the one that was declared then; NULL */
	size_t processes;               /* how many it reached */
	uint64_t latency_usec;          /* from the kernel's event to the end; 0: no event */
	int code;                       /* 0, or a negative errno */
	const char *message;            /* the sentence of a failure; NULL without one */
	const struct record_exit *exit; /* of "exit"; else NULL */
	const struct record_resync *resync; /* of "resync"; else NULL */
	bool dry_run;
	bool intent; /* it is about to be done */
};

/* "done", "refused", … */
const char *record_result(const struct record *record);

/* One line of JSON without the newline; the caller frees it.  NULL when out of
 * memory.  Bytes that are no UTF-8 come out as \xNN. */
char *record_format(const struct record *record);
