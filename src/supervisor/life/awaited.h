/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The processes that are decided again when their command line or environment has been read, because
 * it could not be read at once.  See process/reader.h.
 */

#include "supervisor/family/facts.h"
#include "supervisor/life/life.h"

struct awaited {
	pid_t pid;
	uint64_t event_ns; /* of the event that asked for the decision */
	bool renamed;      /* it is decided under the name of its program */
	bool again;        /* a fact is still missing after the last decision */
	bool overdue;      /* it has counted as unreadable at the last decision */
	bool told;         /* that was reported */
	struct awaited *next, *prev;
};

/* @on_answer is called when a late answer has come, and @on_overdue when a process has become
 * overdue, both with @life.  0 or -errno. */
int awaited_open(struct life *life, sd_event_io_handler_t on_answer,
		 sd_event_time_handler_t on_overdue);
void awaited_close(struct life *life);

/* Sets the timer for the next process that becomes overdue. */
void awaited_set_timer(struct life *life);

/* To be called after a decision about the process: remembers it if @facts are incomplete.  @renamed:
 * see early_rename.h. */
void awaited_note(struct life *life, const struct facts *facts, uint64_t event_ns, bool renamed);

struct awaited *awaited_find(const struct life *life, pid_t pid);

/* The process was decided, executed another program or has exited: what is being read of it counts no
 * longer, whoever asked for it. */
void awaited_forget(struct life *life, pid_t pid);
