/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What somebody has set for a while: put back when the time is over.  The times themselves are on the
 * cgroups, so that they outlive the daemon. */

#include <stdlib.h>
#include <string.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/limits.h"
#include "cgroup/nudge.h"
#include "supervisor/act/requests.h"
#include "supervisor/policy/parts.h"

/* A file that was to be put back is looked at again after this time, then after twice as long, and so
 * on.  The owner of a cgroup can write a mark whose baseline the kernel refuses. */
#define AGAIN_USEC (10 * CLOCK_USEC_PER_SEC)
enum { ATTEMPTS_MAX = 6 };

/* With so many cgroups those that are gone are forgotten. */
enum { SWEEP_MIN = 256 };

/* A cgroup with such a file. */
struct held {
	char *path;
	uint64_t at_usec;  /* the earliest time that is known, CLOCK_BOOTTIME */
	unsigned attempts; /* in a row to put something back */
	UT_hash_handle hh;
};

static void held_free(struct policies *policies, struct held *held)
{
	HASH_DEL(policies->held, held);
	free(held->path);
	free(held);
}

void held_done(struct policies *policies)
{
	struct held *held, *next;

	HASH_ITER (hh, policies->held, held, next)
		held_free(policies, held);
	policies->held_timer = sd_event_source_unref(policies->held_timer);
}

static void set_timer(struct policies *policies, uint64_t at_usec)
{
	policies->held_usec = at_usec;
	(void)sd_event_source_set_time(policies->held_timer, at_usec);
	(void)sd_event_source_set_enabled(policies->held_timer,
					  at_usec < UINT64_MAX ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

static bool is_gone(const struct policies *policies, const char *path)
{
	char **files = NULL;
	bool gone = nudge_list(policies->node->hierarchy, path, &files) < 0 || !*files;

	slicectl_scope_list_free(files);
	return gone;
}

static void sweep(struct policies *policies)
{
	struct held *held, *next;

	if (HASH_COUNT(policies->held) < policies->held_sweep)
		return;
	HASH_ITER (hh, policies->held, held, next) {
		if (is_gone(policies, held->path))
			held_free(policies, held);
	}
	policies->held_sweep = 2 * HASH_COUNT(policies->held);
	if (policies->held_sweep < SWEEP_MIN)
		policies->held_sweep = SWEEP_MIN;
}

/* NULL when out of memory. */
static struct held *held_of(struct policies *policies, const char *path)
{
	struct held *held;

	HASH_FIND_STR(policies->held, path, held);
	if (held)
		return held;
	sweep(policies);
	held = calloc(1, sizeof(*held));
	if (!held || !(held->path = strdup(path))) {
		free(held);
		return NULL;
	}
	held->at_usec = UINT64_MAX;
	HASH_ADD_KEYPTR(hh, policies->held, held->path, strlen(held->path), held);
	if (HASH_IS_IN(held))
		return held;
	free(held->path);
	free(held);
	return NULL;
}

void held_expect(struct policies *policies, const char *path, uint64_t until_usec)
{
	struct held *held = held_of(policies, path);

	if (!held) {
		log_warning("out of memory: what was set for a while in %s is put back at the next start only",
			    path);
		return;
	}
	if (until_usec < held->at_usec)
		held->at_usec = until_usec;
	if (until_usec < policies->held_usec)
		set_timer(policies, until_usec);
}

/* By a worker, because a lower memory.high reclaims within the write.  The slice may not be configured
 * any more. */
static void put_back(struct policies *policies, const char *path, const char *file, char *baseline)
{
	const char *owner = slicectl_hierarchy_owner(policies->node->hierarchy, path);
	_cleanup_free_ char *name = strdup(file);
	struct limit limit = { .file = name, .value = baseline };
	const struct slicectl_limits limits = { .list = &limit, .count = 1 };

	if (name)
		requests_submit_own(act_requests(policies->act),
				    &(struct own_request){
					    .kind = DEED_UNNUDGE,
					    .action = "scope.set",
					    .path = path,
					    .owner = owner ? owner : "",
					    .limits = &limits,
					    .reason = "the time that it was set for is over" });
}

static void give_up(struct policies *policies, const char *path, const char *file)
{
	log_warning("%s of %s, which was set for a while, could not be put back and stays as it is",
		    file, path);
	(void)nudge_forget(policies->node->hierarchy, path, file);
}

/* Returns when the file is looked at again; UINT64_MAX: never.  Sets @ret_due when its time is over. */
static uint64_t look_at(struct policies *policies, const struct held *held, const char *file,
			uint64_t now_usec, bool *ret_due)
{
	_cleanup_free_ char *baseline = NULL;
	uint64_t until_usec = 0;

	if (nudge_baseline(policies->node->hierarchy, held->path, file, &baseline, &until_usec) < 0 ||
	    until_usec == 0)
		return UINT64_MAX;
	if (until_usec > now_usec)
		return until_usec;
	*ret_due = true;
	if (held->attempts < ATTEMPTS_MAX)
		put_back(policies, held->path, file, baseline);
	else
		give_up(policies, held->path, file);
	return policies->node->dry_run || held->attempts == ATTEMPTS_MAX ?
		       UINT64_MAX :
		       now_usec + (AGAIN_USEC << held->attempts);
}

static uint64_t look_at_cgroup(struct policies *policies, struct held *held, uint64_t now_usec)
{
	uint64_t next_usec = UINT64_MAX;
	char **files = NULL;
	bool due = false;

	if (nudge_list(policies->node->hierarchy, held->path, &files) < 0)
		return UINT64_MAX;
	for (char **file = files; *file; file++) {
		uint64_t usec = look_at(policies, held, *file, now_usec, &due);

		next_usec = usec < next_usec ? usec : next_usec;
	}
	slicectl_scope_list_free(files);
	held->attempts = due ? held->attempts + 1 : 0;
	return next_usec;
}

static int on_time(sd_event_source *source, uint64_t usec, void *data)
{
	struct policies *policies = data;
	uint64_t now_usec = nudge_now_usec(), next_usec = UINT64_MAX;
	struct held *held, *next;

	HASH_ITER (hh, policies->held, held, next) {
		if (held->at_usec <= now_usec)
			held->at_usec = look_at_cgroup(policies, held, now_usec);
		if (held->at_usec < next_usec)
			next_usec = held->at_usec;
		if (held->at_usec == UINT64_MAX)
			held_free(policies, held);
	}
	set_timer(policies, next_usec);
	return 0;
}

int held_open(struct policies *policies)
{
	int r = sd_event_add_time(policies->node->loop, &policies->held_timer, CLOCK_BOOTTIME,
				  UINT64_MAX, 10000, on_time, policies);

	policies->held_usec = UINT64_MAX;
	policies->held_sweep = SWEEP_MIN;
	return r < 0 ? r : sd_event_source_set_enabled(policies->held_timer, SD_EVENT_OFF);
}

void policies_expect(void *policies, const char *scope, uint64_t for_usec)
{
	struct held *held;

	held_expect(policies, scope, nudge_now_usec() + for_usec);
	HASH_FIND_STR(((struct policies *)policies)->held, scope, held);
	if (held)
		held->attempts = 0;
}
