/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The capabilities of slicectld: those that the configuration needs are effective, those that
 * another configuration could need stay permitted, and all others are given up.  Most of its work
 * needs none when it runs as uid 0.  Programs that hooks start run as root with all capabilities
 * that the service has.
 */

#include "supervisor/service/service.h"

/* At the start, before a thread is started.  Logs the capabilities that are needed and missing. */
void capability_reduce(struct service *service);

/* In a reload: also makes effective what @config needs, and what turning on its guard needs.  Logs
 * the capabilities that are needed and missing. */
void capability_raise(struct service *service, const struct config *config);

/* At the end of a reload: makes effective only what the configuration in force needs. */
void capability_lower(struct service *service);

/* The effective ones, like "cap_kill cap_net_admin"; the caller frees it.  NULL when out of
 * memory. */
char *capability_text(void);
