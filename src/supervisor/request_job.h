/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who carries out requests: what is done at once waits for nobody that waits for the end of
 * processes. */

#include "supervisor/request.h"

/* Takes it over; its end is recorded and answered. */
void request_job_submit(struct supervisor *supervisor, struct request *request);

/* Whether all is done; see mover_close(). */
bool request_job_close(struct supervisor *supervisor);
