/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the service manager is told: by sd_notify(3), and by a newline at the descriptor of
 * --notify-fd, as s6 wants it.  Without either all of this does nothing.
 */

#include "supervisor/service/service.h"

/* Loaded, subscribed, looked at what runs, and listening.  From then on the watchdog is
 * fed, but only while it is proved that events are heard. */
void notify_ready(struct service *service);

void notify_reloading(void);
void notify_reloaded(const struct service *service);
void notify_stopping(void);
