/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Writes a recording: the datagrams of the kernel and the answers of /proc, in the
 * order in which they were received.
 */

#include "process/recorded.h"

struct recording;

/* Creates the file with mode 0600, because the data of processes may be secret.  An
 * existing file is not overwritten: -EEXIST. */
int recording_create(const char *path, struct recording **ret_recording,
		     struct slicectl_error *error);

/* Closes the file; -errno when a line could not be written.  Accepts NULL. */
int recording_close(struct recording *recording);

void recording_add(struct recording *recording, const struct recorded *recorded);

/* Writes buffered lines.  -errno when the recording has failed: nothing is added after
 * the first failure, because a recording with a gap would be replayed wrongly. */
int recording_flush(struct recording *recording);
