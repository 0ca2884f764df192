/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The log message of a record. */

#include "control/record.h"
#include "supervisor/report/journal.h"

enum { SENTENCE_MAX = 1024 };

/* Formats the message: the action, the process, the scope, the actor, and the time since the
 * event. */
void sentence_of(const struct record *record, char *ret_sentence, size_t size);

/* Sends the message with the fields of the record to the journal, or without a journal (NULL) to
 * the log.  A process that exited before it could be acted on is not logged. */
void sentence_log(struct journal *journal, const struct record *record);
