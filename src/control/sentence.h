/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A record as a sentence: the log, the status and slicectl events say it in the same words. */

#include "control/record.h"

enum { SENTENCE_MAX = 1024 };

/* Formats the sentence: the action, the process, the actor, the scope, and the time since the
 * event; of an exit, how the process ended; of a scan, what had been missed. */
void sentence_of(const struct record *record, char *ret_sentence, size_t size);
