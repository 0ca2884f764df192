/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A record as one line for people. */

#include "control/record.h"
#include "supervisor/report/journal.h"

enum { SENTENCE_MAX = 1024 };

/* What was done to which process, where, by whom, and how long after the event. */
void sentence_of(const struct record *record, char *ret_sentence, size_t size);

/* To the journal with its fields, or where there is none (NULL) to the log.  A process that has
 * exited before it could be acted on is not worth a line. */
void sentence_log(struct journal *journal, const struct record *record);
