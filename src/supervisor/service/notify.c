/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/notify.h"

#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "supervisor/service/parts.h"

static void notify_state(const struct service *service, const char *state)
{
	(void)sd_notifyf(0, "%s\nSTATUS=supervising %zu processes; rules: %zu; detector: %s%s",
			 state, table_living(&service->rooms.node->table),
			 service->rooms.node->config->rules.count,
			 detect_name(service->rooms.detect),
			 service->rooms.node->dry_run ? " (dry run)" : "");
}

/* A supervisor that receives no events is useless.  Then the watchdog is not fed, and the service
 * manager restarts it. */
static int on_watchdog(sd_event_source *source, uint64_t usec, void *data)
{
	struct service *service = data;

	if (detect_is_alive(service->rooms.detect))
		(void)sd_notify(0, "WATCHDOG=1");
	else
		log_warning(
			"not feeding the watchdog, because there is no proof that process events arrive");
	(void)sd_event_source_set_time_relative(source, service->watchdog_usec / 2);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void start_watchdog(struct service *service)
{
	if (sd_watchdog_enabled(0, &service->watchdog_usec) <= 0)
		return;
	(void)sd_event_add_time_relative(service->rooms.node->loop, &service->watchdog,
					 CLOCK_MONOTONIC, service->watchdog_usec / 2,
					 service->watchdog_usec / 16, on_watchdog, service);
}

void notify_ready(struct service *service)
{
	int fd = service->options.notify_fd;

	notify_state(service, "READY=1");
	start_watchdog(service);
	if (fd < 0)
		return;
	if (write(fd, "\n", 1) != 1)
		log_warning("cannot write the readiness notification to descriptor %d", fd);
	(void)close(fd);
	service->options.notify_fd = -1;
}

void notify_reloading(void)
{
	/* Without MONOTONIC_USEC systemd would wait for the notification until a timeout. */
	(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu",
			 (unsigned long long)clock_now_usec());
}

void notify_reloaded(const struct service *service)
{
	notify_state(service, "READY=1");
}

void notify_stopping(void)
{
	(void)sd_notify(0, "STOPPING=1\nSTATUS=stopping; families are left as they are");
}
