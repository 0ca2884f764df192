/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What root may do, reduced to what the configuration needs: almost everything that a
 * supervisor does needs no capability at all when it is uid 0.  Programs that hooks start
 * are root with all that the service has.
 */

#include "supervisor/service/service.h"

/* Gives up what is not needed, for this thread and those that it starts, and says what is
 * needed and not there. */
void capability_reduce(struct service *service);

/* -EPERM with a sentence when another configuration needs what was given up. */
int capability_check(const struct service *service, const struct config *config,
		     struct slicectl_error *error);

/* "kill, net_admin, …"; the caller frees it.  NULL when out of memory. */
char *capability_text(void);
