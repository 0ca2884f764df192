/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/detect/detect.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/log.h"
#include "supervisor/detect/parts.h"

int detect_new(struct node *node, struct families *families, struct report *report,
	       struct life *life, struct mover *mover, struct observe *observe,
	       struct watches *watches, struct detect **ret_detect, struct slicectl_error *error)
{
	struct detect *detect = calloc(1, sizeof(*detect));

	if (!detect)
		return error_set(error, ENOMEM, "out of memory");
	*detect = (struct detect){
		.node = node,
		.families = families,
		.report = report,
		.life = life,
		.mover = mover,
		.observe = observe,
		.watches = watches,
	};
	*ret_detect = detect;
	return 0;
}

/* Needs only the proc mount, which is already open. */
static int use_poll(struct detect *detect, struct slicectl_error *error)
{
	detect->name = "poll";
	return poll_new(detect, &detect->poll, error);
}

static int use_netlink(struct detect *detect, struct slicectl_error *error)
{
	detect->name = "netlink";
	return listen_new(detect, &detect->listen, error);
}

static int use_netlink_or_poll(struct detect *detect, struct slicectl_error *error)
{
	struct slicectl_error why = SLICECTL_ERROR_INIT;

	if (use_netlink(detect, &why) == 0)
		return 0;
	log_warning("%s; falling back to a scan of /proc every %llu ms, which misses processes that exit sooner",
		    why.message,
		    (unsigned long long)detect->node->config->supervisor.poll_interval / 1000);
	return use_poll(detect, error);
}

int detect_open(struct detect *detect, const char *name, struct slicectl_error *error)
{
	enum config_detector detector = detect->node->config->supervisor.detector;
	int r = name ? config_parse_detector(name, &detector, error) : 0;

	if (r < 0)
		return r;
	switch (detector) {
	case CONFIG_DETECTOR_NETLINK:
		return use_netlink(detect, error);
	case CONFIG_DETECTOR_POLL:
		return use_poll(detect, error);
	default:
		return use_netlink_or_poll(detect, error);
	}
}

bool detect_is_alive(struct detect *detect)
{
	return detect->listen ? listen_is_heard(detect->listen) : poll_is_alive(detect->poll);
}

int detect_start(struct detect *detect)
{
	return detect->listen ? listen_start(detect->listen) : poll_start(detect->poll);
}

void detect_scan_soon(struct detect *detect)
{
	if (detect->listen)
		listen_scan_soon(detect->listen);
}

void detect_catch_up(struct detect *detect)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (detect->listen)
		listen_catch_up(detect->listen);
	else if (detect->poll && poll_scan(detect, &error) < 0)
		log_error("cannot scan the processes: %s", error.message);
}

void detect_stop(struct detect *detect)
{
	if (!detect)
		return;
	detect->connector = NULL;
	detect->listen = listen_free(detect->listen);
	detect->poll = poll_free(detect->poll);
}

struct detect *detect_free(struct detect *detect)
{
	if (!detect)
		return NULL;
	detect_stop(detect);
	sequence_done(&detect->sequence);
	free(detect);
	return NULL;
}

const char *detect_name(const struct detect *detect)
{
	return detect->name;
}

struct detect_counts detect_counts(const struct detect *detect)
{
	struct detect_counts counts = detect->counts;

	counts.malformed += detect->malformed;
	if (detect->listen)
		listen_add_counts(detect->listen, &counts);
	return counts;
}

bool detect_recording_failed(const struct detect *detect)
{
	return detect && detect->recording_failed;
}
