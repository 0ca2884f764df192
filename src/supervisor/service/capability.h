/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Reduces the capabilities of slicectld to those that the configuration needs.  Most of its work
 * needs none when it runs as uid 0.  Programs that hooks start run as root with all capabilities
 * that the service has.
 */

#include "supervisor/service/service.h"

/* Gives up the capabilities that are not needed, for this thread and those that it starts.  Logs
 * the capabilities that are needed and missing. */
void capability_reduce(struct service *service);

/* -EPERM with a sentence when @config needs a capability that was given up. */
int capability_check(const struct service *service, const struct config *config,
		     struct slicectl_error *error);

/* Like "cap_kill cap_net_admin"; the caller frees it.  NULL when out of memory. */
char *capability_text(void);
