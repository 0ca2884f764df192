/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the control socket answers: one table of methods, described in
 * docs/io.slicectl.varlink. */

#include "control/message.h"
#include "supervisor/supervisor.h"

/* Who asks, as the kernel tells. */
struct peer {
	uid_t uid;
};

/* The reply, which the caller frees; NULL when out of memory. */
char *methods_answer(struct supervisor *supervisor, const struct peer *peer,
		     const struct call *call);
