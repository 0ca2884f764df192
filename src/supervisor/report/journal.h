/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Sends records with their fields (see systemd.journal-fields(7)) to the journal, if standard error
 * is connected to it.  A thread writes them, so that a journal that hangs does not delay
 * anything. */

#include "base/log.h"
#include "control/record.h"
#include "supervisor/work/worker.h"

struct journal;

/* Sets @ret_journal to NULL if standard error is not connected to the journal. */
int journal_new(sd_event *loop, struct journal **ret_journal, struct slicectl_error *error);

/* False when there is no journal (@journal is NULL): the caller then logs the sentence itself. */
bool journal_send(struct journal *journal, enum log_level level, const char *sentence,
		  const struct record *record);

/* Number of entries that were dropped because the journal was too slow.  0 for NULL. */
uint64_t journal_lost(const struct journal *journal);

/* True when the last entry was written and @journal is freed; see worker_abandon().  Accepts
 * NULL. */
bool journal_close(struct journal *journal);
