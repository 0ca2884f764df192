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

struct record {
	uint64_t time_ns;   /* CLOCK_REALTIME */
	const char *action; /* "place", "kill", "monitor", "release", "scope.create", … */
	const char *actor;  /* "rule:NAME" or "uid:NUMBER" */
	const char *owner;  /* on whose behalf; NULL where nobody's tree is changed */
	const char *scope;  /* path relative to the base; NULL for none */
	pid_t pid;          /* the process that it began with; 0 for none */
	const char *comm;   /* its name; any bytes; NULL for none */
	uint64_t start_ticks; /* its start time; tells two bearers of a pid apart */
	size_t processes;   /* how many it reached */
	uint64_t latency_usec; /* from the kernel's event to the end; 0: no event */
	int code;           /* 0, or a negative errno */
	const char *message; /* the sentence of a failure; NULL without one */
	bool dry_run;
};

/* One line of JSON without the newline; the caller frees it.  NULL when out of
 * memory.  Bytes that are no UTF-8 come out as \xNN. */
char *record_format(const struct record *record);
