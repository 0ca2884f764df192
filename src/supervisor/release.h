/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The end of processes, families and their scopes. */

#include "supervisor/family.h"

/* Takes an ended process out of the table and of its family. */
void release_process(struct supervisor *supervisor, pid_t pid);

/* Looks in a moment at families without members: their scopes are removed. */
void release_schedule(struct supervisor *supervisor);

/* Forgets all families and leaves their processes alone. */
void release_forget_all(struct supervisor *supervisor);
