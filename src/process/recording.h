/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A recording being written: what the kernel said and what /proc answered, in the
 * order in which it was asked.
 */

#include "process/recorded.h"

struct recording;

/* Makes the file, 0600: what it holds of processes may be secret.  An existing
 * file is not written over: -EEXIST. */
int recording_create(const char *path, struct recording **ret_recording,
		     struct slicectl_error *error);

/* Closes it; -errno when a line could not be written. */
int recording_close(struct recording *recording);

void recording_add(struct recording *recording, const struct recorded *recorded);

/* Writes out what is held back.  -errno when the recording has failed: it ends at the
 * line before, because with a hole it would replay another story. */
int recording_flush(struct recording *recording);
