/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/notify.h"

#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "supervisor/service/parts.h"

static void say_state(const struct service *service, const char *state)
{
	(void)sd_notifyf(0, "%s\nSTATUS=watching %zu processes; rules: %zu; detector: %s%s", state,
			 table_living(&service->rooms.node->table),
			 service->rooms.node->config->rules.count,
			 detect_name(service->rooms.detect),
			 service->rooms.node->dry_run ? " (dry run)" : "");
}

/* A supervisor that runs but hears nothing is of no use: then it is started again. */
static int on_watchdog(sd_event_source *source, uint64_t usec, void *data)
{
	struct service *service = data;

	if (detect_is_alive(service->rooms.detect))
		(void)sd_notify(0, "WATCHDOG=1");
	else
		log_warning("the watchdog is not fed: it is not proved that events are heard");
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

	say_state(service, "READY=1");
	start_watchdog(service);
	if (fd < 0)
		return;
	if (write(fd, "\n", 1) != 1)
		log_warning("cannot tell that we are ready at descriptor %d", fd);
	(void)close(fd);
	service->options.notify_fd = -1;
}

void notify_reloading(void)
{
	/* Without the time systemd would wait for it in vain. */
	(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu",
			 (unsigned long long)clock_now_usec());
}

void notify_reloaded(const struct service *service)
{
	say_state(service, "READY=1");
}

void notify_stopping(void)
{
	(void)sd_notify(0, "STOPPING=1\nSTATUS=families stay as they are");
}
