/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/notify.h"

#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "supervisor/detect.h"

static void say_state(const struct supervisor *supervisor, const char *state)
{
	(void)sd_notifyf(0, "%s\nSTATUS=watching %zu processes; rules: %zu; detector: %s%s", state,
			 table_living(&supervisor->table), supervisor->config->rules.count,
			 supervisor->detector, supervisor->dry_run ? " (dry run)" : "");
}

/* A supervisor that runs but hears nothing is of no use: then it is started again. */
static int on_watchdog(sd_event_source *source, uint64_t usec, void *data)
{
	struct supervisor *supervisor = data;

	if (detect_is_alive(supervisor))
		(void)sd_notify(0, "WATCHDOG=1");
	else
		log_warning("the watchdog is not fed: it is not proved that events are heard");
	(void)sd_event_source_set_time_relative(source, supervisor->watchdog_usec / 2);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void start_watchdog(struct supervisor *supervisor)
{
	if (sd_watchdog_enabled(0, &supervisor->watchdog_usec) <= 0)
		return;
	(void)sd_event_add_time_relative(supervisor->loop, &supervisor->watchdog, CLOCK_MONOTONIC,
					 supervisor->watchdog_usec / 2,
					 supervisor->watchdog_usec / 16, on_watchdog, supervisor);
}

void notify_ready(struct supervisor *supervisor)
{
	int fd = supervisor->options.notify_fd;

	say_state(supervisor, "READY=1");
	start_watchdog(supervisor);
	if (fd < 0)
		return;
	if (write(fd, "\n", 1) != 1)
		log_warning("cannot tell that we are ready at descriptor %d", fd);
	(void)close(fd);
	supervisor->options.notify_fd = -1;
}

void notify_reloading(const struct supervisor *supervisor)
{
	/* Without the time systemd would wait for it in vain. */
	(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu",
			 (unsigned long long)clock_now_usec());
}

void notify_reloaded(const struct supervisor *supervisor)
{
	say_state(supervisor, "READY=1");
}

void notify_stopping(struct supervisor *supervisor)
{
	(void)sd_notify(0, "STOPPING=1\nSTATUS=families stay as they are");
	supervisor->watchdog = sd_event_source_unref(supervisor->watchdog);
}
