/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What somebody has set for a while: put back when the time is over.  The times themselves are on the
 * cgroups, so that they outlive the daemon. */

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "cgroup/nudge.h"
#include "supervisor/act/requests.h"
#include "supervisor/policy/parts.h"

/* After a file was put back, or that has failed, it is looked at again. */
#define AGAIN_USEC (10 * CLOCK_USEC_PER_SEC)

/* A cgroup with such a file. */
struct held {
	char *path;
	uint64_t at_usec; /* the earliest time that is known, CLOCK_BOOTTIME */
	struct held *next, *prev;
};

static void held_free(struct policies *policies, struct held *held)
{
	DL_DELETE(policies->held, held);
	free(held->path);
	free(held);
}

void held_done(struct policies *policies)
{
	while (policies->held)
		held_free(policies, policies->held);
	policies->held_timer = sd_event_source_unref(policies->held_timer);
}

static void set_timer(struct policies *policies)
{
	uint64_t at_usec = UINT64_MAX;
	const struct held *held;

	DL_FOREACH (policies->held, held)
		at_usec = held->at_usec < at_usec ? held->at_usec : at_usec;
	(void)sd_event_source_set_time(policies->held_timer, at_usec);
	(void)sd_event_source_set_enabled(policies->held_timer,
					  at_usec < UINT64_MAX ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

void held_expect(struct policies *policies, const char *path, uint64_t until_usec)
{
	struct held *held;

	DL_FOREACH (policies->held, held) {
		if (text_equal(held->path, path))
			break;
	}
	if (!held) {
		held = calloc(1, sizeof(*held));
		if (!held || !(held->path = strdup(path))) {
			free(held);
			return;
		}
		held->at_usec = UINT64_MAX;
		DL_APPEND(policies->held, held);
	}
	if (until_usec < held->at_usec)
		held->at_usec = until_usec;
	set_timer(policies);
}

/* By a worker, because a lower memory.high reclaims within the write. */
static void put_back(struct policies *policies, const char *path, const char *file,
		     const char *baseline)
{
	const char *owner = slicectl_hierarchy_owner(policies->node->hierarchy, path);
	struct slicectl_limits *limits = slicectl_limits_new();

	if (owner && limits && slicectl_limits_set(limits, file, baseline, NULL) == 0)
		requests_submit_own(act_requests(policies->act),
				    &(struct own_request){
					    .kind = DEED_UNNUDGE,
					    .action = "scope.set",
					    .path = path,
					    .owner = owner,
					    .limits = limits,
					    .reason = "the time that it was set for is over" });
	slicectl_limits_free(limits);
}

/* Returns when the file is looked at again; UINT64_MAX: never. */
static uint64_t look_at(struct policies *policies, const char *path, const char *file,
			uint64_t now_usec)
{
	_cleanup_free_ char *baseline = NULL;
	uint64_t until_usec = 0;

	if (nudge_baseline(policies->node->hierarchy, path, file, &baseline, &until_usec) < 0 ||
	    until_usec == 0)
		return UINT64_MAX;
	if (until_usec > now_usec)
		return until_usec;
	put_back(policies, path, file, baseline);
	return now_usec + AGAIN_USEC;
}

static uint64_t look_at_cgroup(struct policies *policies, const char *path, uint64_t now_usec)
{
	uint64_t next_usec = UINT64_MAX;
	char **files = NULL;

	if (nudge_list(policies->node->hierarchy, path, &files) < 0)
		return UINT64_MAX;
	for (char **file = files; *file; file++) {
		uint64_t usec = look_at(policies, path, *file, now_usec);

		next_usec = usec < next_usec ? usec : next_usec;
	}
	slicectl_scope_list_free(files);
	return next_usec;
}

static int on_time(sd_event_source *source, uint64_t usec, void *data)
{
	struct policies *policies = data;
	uint64_t now_usec = nudge_now_usec();
	struct held *held, *next;

	DL_FOREACH_SAFE (policies->held, held, next) {
		if (held->at_usec > now_usec)
			continue;
		held->at_usec = look_at_cgroup(policies, held->path, now_usec);
		if (held->at_usec == UINT64_MAX)
			held_free(policies, held);
	}
	set_timer(policies);
	return 0;
}

int held_open(struct policies *policies)
{
	int r = sd_event_add_time(policies->node->loop, &policies->held_timer, CLOCK_BOOTTIME,
				  UINT64_MAX, 10000, on_time, policies);

	return r < 0 ? r : sd_event_source_set_enabled(policies->held_timer, SD_EVENT_OFF);
}

void policies_expect(void *policies, const char *scope, uint64_t for_usec)
{
	held_expect(policies, scope, nudge_now_usec() + for_usec);
}
