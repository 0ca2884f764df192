/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/detect.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "supervisor/listen.h"
#include "supervisor/poll.h"

/* It needs no more than the proc mount, which is open. */
static int use_poll(struct supervisor *supervisor)
{
	supervisor->detector = "poll";
	return 0;
}

static int use_netlink(struct supervisor *supervisor, struct slicectl_error *error)
{
	supervisor->detector = "netlink";
	return listen_open(supervisor, error);
}

static int use_any(struct supervisor *supervisor)
{
	struct slicectl_error why = SLICECTL_ERROR_INIT;

	if (use_netlink(supervisor, &why) == 0)
		return 0;
	log_warning("%s; falling back to a look at /proc every %llu ms, which misses what lives shorter",
		    why.message,
		    (unsigned long long)supervisor->config->supervisor.poll_interval / 1000);
	return use_poll(supervisor);
}

int detect_open(struct supervisor *supervisor, const char *name, struct slicectl_error *error)
{
	enum config_detector detector = supervisor->config->supervisor.detector;
	int r = name ? config_parse_detector(name, &detector, error) : 0;

	if (r < 0)
		return r;
	switch (detector) {
	case CONFIG_DETECTOR_NETLINK:
		return use_netlink(supervisor, error);
	case CONFIG_DETECTOR_POLL:
		return use_poll(supervisor);
	default:
		return use_any(supervisor);
	}
}

bool detect_is_alive(struct supervisor *supervisor)
{
	uint64_t looked = supervisor->polled_usec;
	uint64_t now = clock_now_usec();

	if (supervisor->connector.socket)
		return listen_is_heard(supervisor);
	/* A look may take its time. */
	return now < looked + 4 * supervisor->config->supervisor.poll_interval + CLOCK_USEC_PER_SEC;
}

int detect_start(struct supervisor *supervisor)
{
	return supervisor->connector.socket ? listen_start(supervisor) : poll_start(supervisor);
}

void detect_stop(struct supervisor *supervisor)
{
	listen_stop(supervisor);
	(void)sd_event_source_unref(supervisor->poll);
	supervisor->poll = NULL;
}
