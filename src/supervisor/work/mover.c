/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/work/mover.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "cgroup/warm.h"
#include "supervisor/work/priority.h"
#include "unit/service_manager.h"

/* For about 15 ms after a write to cgroup.procs the next writer need not wait for an RCU grace
 * period. */
#define WARM_USEC (11 * CLOCK_USEC_PER_MSEC)
#define TICK_USEC (10 * CLOCK_USEC_PER_MSEC)
#define AUTO_USEC (5 * CLOCK_USEC_PER_SEC)
#define CLOSE_USEC (2 * CLOCK_USEC_PER_SEC)

/* Moves that the loop carries out itself before it has read all queued events.  The bound keeps a
 * burst of moves from delaying events. */
enum { AT_ONCE_MAX = 2 };

struct mover {
	const struct node *node;
	struct worker *quick, *slow;
	struct service_manager *service_manager; /* used by the quick worker only */
	_Atomic pid_t tid;                       /* thread of the quick worker; 0: not started */
	_Atomic enum config_scheduler scheduler; /* read by that thread when it begins */
	enum config_keep_warm keep_warm;
	bool is_armed;                 /* a rule may place */
	unsigned at_once;              /* moves by the loop since mover_rest() */
	int warm_fd;                   /* or -errno */
	_Atomic uint64_t written_usec; /* CLOCK_MONOTONIC, of the last write to cgroup.procs */
	uint64_t extended_usec;        /* when the ticks were last extended */
};

static void on_begin(void *data)
{
	struct mover *mover = data;

	mover->tid = gettid();
	priority_set(0, mover->scheduler);
}

/* Runs in the thread.  Skipped after a recent move, which keeps the kernel's lock warm as well. */
static void on_tick(void *data)
{
	struct mover *mover = data;

	if (clock_now_usec() >= mover->written_usec + TICK_USEC / 2 &&
	    warm_write(mover->warm_fd) == 0)
		mover->written_usec = clock_now_usec();
}

/* Runs in the thread, or directly in the loop. */
static void mover_run(struct job *job)
{
	struct change *change = change_of(job);

	change->code = change->carry_out(change);
	if (change->moved > 0) /* only moves write to cgroup.procs */
		change->mover->written_usec = clock_now_usec();
}

static int open_workers(struct mover *mover, struct slicectl_error *error)
{
	const struct worker_options options = {
		.begin = on_begin,
		.data = mover,
		.tick = mover->warm_fd >= 0 ? on_tick : NULL,
		.tick_usec = TICK_USEC,
		.privilege = &mover->node->privilege,
	};
	const struct worker_options slow = { .privilege = &mover->node->privilege };
	int r = worker_new(mover->node->loop, &options, &mover->quick, error);

	return r < 0 ? r : worker_new(mover->node->loop, &slow, &mover->slow, error);
}

int mover_new(const struct node *node, struct mover **ret_mover, struct slicectl_error *error)
{
	struct mover *mover = calloc(1, sizeof(*mover));
	int r;

	if (!mover)
		return error_set(error, ENOMEM, "out of memory");
	mover->node = node;
	mover->service_manager = service_manager_new();
	mover->warm_fd = node->dry_run ? -1 : warm_open(node->hierarchy);
	if (mover->warm_fd < 0 && !node->dry_run)
		log_debug("keep-warm is not possible: error %d", -mover->warm_fd);
	mover->scheduler = node->config->supervisor.scheduler;
	r = open_workers(mover, error);
	if (r < 0) {
		(void)mover_close(mover);
		return r;
	}
	*ret_mover = mover;
	return 0;
}

static bool has_place_rule(const struct rule_set *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (rules->rules[i].action == RULE_PLACE && !rules->rules[i].disabled)
			return true;
	}
	return false;
}

void mover_refresh(struct mover *mover)
{
	const struct config *config = mover->node->config;

	if (mover->tid > 0)
		priority_change(mover->tid, mover->scheduler, config->supervisor.scheduler);
	mover->scheduler = config->supervisor.scheduler;
	mover->keep_warm = config->supervisor.keep_warm;
	mover->is_armed = has_place_rule(&config->rules) && !mover->node->dry_run;
	if (mover->warm_fd < 0)
		return;
	worker_tick_until(mover->quick,
			  mover->keep_warm == CONFIG_KEEP_WARM_YES && mover->is_armed ? UINT64_MAX :
											0);
}

/* One move is usually followed by others, so with keep-warm = auto it starts the ticks. */
static void extend_ticks(struct mover *mover)
{
	uint64_t now = clock_now_usec();

	if (mover->keep_warm != CONFIG_KEEP_WARM_AUTO || !mover->is_armed || mover->warm_fd < 0 ||
	    now < mover->extended_usec + CLOCK_USEC_PER_SEC)
		return;
	mover->extended_usec = now;
	worker_tick_until(mover->quick, now + AUTO_USEC);
}

struct service_manager *mover_service_manager(const struct mover *mover)
{
	return mover->service_manager;
}

void mover_rest(struct mover *mover)
{
	if (mover) /* NULL in a replay */
		mover->at_once = 0;
}

static bool is_at_once(const struct mover *mover, const struct change *change)
{
	return !change->may_sleep && worker_pending(mover->quick) == 0 &&
	       mover->at_once < AT_ONCE_MAX && clock_now_usec() < mover->written_usec + WARM_USEC;
}

static void mover_prepare(struct mover *mover, struct change *change)
{
	change->mover = mover;
	change->job.run = mover_run;
}

void mover_submit(struct mover *mover, struct change *change, bool urgent)
{
	mover_prepare(mover, change);
	if (is_at_once(mover, change)) {
		mover->at_once++;
		mover_run(&change->job);
		change->job.done(&change->job);
	} else {
		/* Members that the caller holds are closed when this function returns. */
		if (change->queue)
			change->queue(change);
		worker_submit(mover->quick, &change->job, urgent);
	}
	extend_ticks(mover);
}

void mover_submit_slow(struct mover *mover, struct change *change)
{
	mover_prepare(mover, change);
	worker_submit(mover->slow, &change->job, false);
}

void mover_settle(struct mover *mover)
{
	while (worker_pending(mover->quick) > 0 || worker_pending(mover->slow) > 0) {
		worker_settle(mover->quick);
		worker_settle(mover->slow);
	}
}

void mover_settle_moves(struct mover *mover)
{
	worker_settle(mover->quick);
}

bool mover_close(struct mover *mover)
{
	bool done;

	if (!mover)
		return true;
	mover->quick = worker_free(mover->quick);
	done = worker_abandon(mover->slow, CLOSE_USEC);
	if (mover->warm_fd >= 0)
		(void)close(mover->warm_fd);
	mover->warm_fd = -1;
	if (done) {
		mover->service_manager = service_manager_free(mover->service_manager);
		free(mover);
	}
	return done;
}
