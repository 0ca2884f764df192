/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit/service_manager.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include <systemd/sd-bus.h>

#include "base/cleanup.h"
#include "base/clock.h"

#define ADDRESS "unix:path=/run/systemd/private"
#define SERVICE "org.freedesktop.systemd1.Service"

/* For the whole question. */
#define ANSWER_USEC (300 * CLOCK_USEC_PER_MSEC)
#define SILENCE_USEC (5 * CLOCK_USEC_PER_SEC)

struct service_manager {
	sd_bus *bus;        /* NULL: not connected */
	uint64_t silent_to; /* CLOCK_MONOTONIC, µs: not asked before that time */
};

static void cleanup_bus(sd_bus **bus)
{
	*bus = sd_bus_close_unref(*bus);
}

struct service_manager *service_manager_new(void)
{
	return calloc(1, sizeof(struct service_manager));
}

struct service_manager *service_manager_free(struct service_manager *manager)
{
	if (manager)
		(void)sd_bus_close_unref(manager->bus);
	free(manager);
	return NULL;
}

/* The library waits for the greeting of the other side for up to 25 seconds, so the waiting is
 * done here. */
static int await_ready(sd_bus *bus, uint64_t deadline_usec)
{
	int r;

	while ((r = sd_bus_is_ready(bus)) == 0) {
		uint64_t now = clock_now_usec();

		if (now >= deadline_usec)
			return -ETIMEDOUT;
		r = sd_bus_process(bus, NULL);
		if (r == 0)
			r = sd_bus_wait(bus, deadline_usec - now);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : 0;
}

static int connect_to(struct service_manager *manager, uint64_t deadline_usec)
{
	__attribute__((cleanup(cleanup_bus))) sd_bus *bus = NULL;
	int r;

	if (manager->bus && sd_bus_is_open(manager->bus) > 0)
		return 0;
	manager->bus = sd_bus_close_unref(manager->bus);
	r = sd_bus_new(&bus);
	if (r >= 0)
		r = sd_bus_set_address(bus, ADDRESS);
	if (r >= 0)
		r = sd_bus_start(bus);
	if (r >= 0)
		r = await_ready(bus, deadline_usec);
	if (r < 0)
		return r;
	manager->bus = TAKE_PTR(bus);
	return 0;
}

static int read_pid(struct service_manager *manager, const char *path, const char *property,
		    uint64_t deadline_usec, pid_t *ret_pid)
{
	uint64_t now = clock_now_usec();
	uint32_t pid;
	int r;

	if (now >= deadline_usec)
		return -ETIMEDOUT;
	r = sd_bus_set_method_call_timeout(manager->bus, deadline_usec - now);
	if (r >= 0)
		r = sd_bus_get_property_trivial(manager->bus, NULL, path, SERVICE, property, NULL,
						'u', &pid);

	if (r < 0)
		return r;
	*ret_pid = (pid_t)pid;
	return 0;
}

static int ask_systemd(struct service_manager *manager, const char *unit, pid_t pid)
{
	uint64_t deadline_usec = clock_deadline_usec(ANSWER_USEC);
	_cleanup_free_ char *path = NULL;
	pid_t main = 0, control = 0;
	int r;

	r = connect_to(manager, deadline_usec);
	if (r == 0)
		r = sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit, &path);
	if (r >= 0)
		r = read_pid(manager, path, "MainPID", deadline_usec, &main);
	if (r >= 0)
		r = read_pid(manager, path, "ControlPID", deadline_usec, &control);
	return r < 0 ? r : pid == main || pid == control;
}

int service_manager_is_main(struct service_manager *manager, const char *unit, pid_t pid)
{
	int r;

	if (!manager)
		return -ENOTCONN;
	if (clock_now_usec() < manager->silent_to)
		return -ETIMEDOUT;
	r = ask_systemd(manager, unit, pid);
	/* systemd closes its connections when it is executed again. */
	if (r == -ENOTCONN || r == -ECONNRESET || r == -EPIPE)
		r = ask_systemd(manager, unit, pid);
	if (r == -ETIMEDOUT || r == -ETIME)
		manager->silent_to = clock_deadline_usec(SILENCE_USEC);
	if (r < 0 && manager->bus && sd_bus_is_open(manager->bus) <= 0)
		manager->bus = sd_bus_close_unref(manager->bus);
	return r;
}
