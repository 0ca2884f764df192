/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Sends records with their fields (see systemd.journal-fields(7)) to the journal, if standard error
 * is connected to it.  A thread writes them, so that a journal that hangs does not delay
 * anything. */

#include "control/record.h"
#include "supervisor/work/worker.h"

struct journal;

/* Sets @ret_journal to NULL if standard error is not connected to the journal. */
int journal_new(sd_event *loop, struct journal **ret_journal, struct slicectl_error *error);

/* Sends the sentence of a record with its fields to the journal, or without a journal (NULL)
 * only the sentence to the log.  That a process exited before it could be acted on is not
 * logged. */
void journal_log(struct journal *journal, const struct record *record);

/* Number of entries that were dropped because the journal was too slow.  0 for NULL. */
uint64_t journal_lost(const struct journal *journal);

/* True when the last entry was written and @journal is freed; see worker_abandon().  Accepts
 * NULL. */
bool journal_close(struct journal *journal);
