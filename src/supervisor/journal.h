/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Records to the journal, with their fields, where standard error leads there; see
 * systemd.journal-fields(7).  A journal that takes nothing holds nobody up. */

#include "base/log.h"
#include "control/record.h"
#include "supervisor/supervisor.h"

int journal_open(struct supervisor *supervisor, struct slicectl_error *error);

/* False where there is no journal: then the sentence goes the way of all messages. */
bool journal_send(struct supervisor *supervisor, enum log_level level, const char *sentence,
		  const struct record *record);

/* As worker_abandon(). */
bool journal_close(struct supervisor *supervisor);
