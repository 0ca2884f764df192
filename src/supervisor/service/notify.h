/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Notifies the service manager by sd_notify(3), and by a newline on the descriptor of --notify-fd
 * as s6 expects.  Without either, these functions do nothing.
 */

#include "supervisor/service/service.h"

/* To be called when the configuration is loaded, the first scan is done, and clients and events are
 * served.  From then on the watchdog is fed, as long as there is proof that the detector works. */
void notify_ready(struct service *service);

void notify_reloading(void);
void notify_reloaded(const struct service *service);
void notify_stopping(void);
