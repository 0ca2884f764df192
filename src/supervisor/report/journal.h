/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Records to the journal, with their fields, where standard error leads there; see
 * systemd.journal-fields(7).  A journal that takes nothing holds nobody up. */

#include "base/log.h"
#include "control/record.h"
#include "supervisor/work/worker.h"

struct journal;

/* NULL in @ret_journal where standard error does not lead there. */
int journal_new(sd_event *loop, struct journal **ret_journal, struct slicectl_error *error);

/* False where there is no journal (NULL): then the sentence goes the way of all messages. */
bool journal_send(struct journal *journal, enum log_level level, const char *sentence,
		  const struct record *record);

/* Entries that were dropped, because the journal was too slow.  0 for NULL. */
uint64_t journal_lost(const struct journal *journal);

/* Whether the last entry is written, and it is freed; see worker_abandon().  Accepts NULL. */
bool journal_close(struct journal *journal);
