/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/mover.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "cgroup/warm.h"
#include "supervisor/priority.h"

/* The kernel's lock is ready for some 15 ms after a write. */
#define WARM_USEC (11 * CLOCK_USEC_PER_MSEC)
#define TICK_USEC (10 * CLOCK_USEC_PER_MSEC)
#define AUTO_USEC (5 * CLOCK_USEC_PER_SEC)
#define CLOSE_USEC (2 * CLOCK_USEC_PER_SEC)

/* Moves at once between two rests of the loop: a burst does not hold up its events. */
enum { AT_ONCE_MAX = 2 };

static void on_begin(void *data)
{
	struct supervisor *supervisor = data;

	supervisor->mover.tid = gettid();
	priority_set(0, supervisor->mover.scheduler);
}

/* In the thread.  Moves keep it warm as well. */
static void on_tick(void *data)
{
	struct mover *mover = &((struct supervisor *)data)->mover;

	if (clock_now_usec() >= mover->written_usec + TICK_USEC / 2 &&
	    warm_write(mover->warm_fd) == 0)
		mover->written_usec = clock_now_usec();
}

/* Only moves write to cgroup.procs. */
static void run(struct job *job)
{
	struct move *move = move_of(job);
	struct mover *mover = &move->supervisor->mover;

	move_run(job);
	if (move->moved > 0)
		mover->written_usec = clock_now_usec();
}

int mover_open(struct supervisor *supervisor, struct slicectl_error *error)
{
	struct mover *mover = &supervisor->mover;
	int r;

	mover->warm_fd = supervisor->dry_run ? -1 : warm_open(supervisor->hierarchy);
	if (mover->warm_fd < 0 && !supervisor->dry_run)
		log_debug("moves cannot be kept warm: error %d", -mover->warm_fd);
	mover->scheduler = supervisor->config->supervisor.scheduler;
	mover->quick = (struct worker){ .begin = on_begin,
					.data = supervisor,
					.tick = mover->warm_fd >= 0 ? on_tick : NULL,
					.tick_usec = TICK_USEC };
	r = worker_open(&mover->quick, supervisor->loop, error);
	if (r == 0)
		r = worker_open(&mover->slow, supervisor->loop, error);
	if (r == 0)
		mover_refresh(supervisor);
	return r;
}

static bool has_place_rule(const struct rule_set *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (rules->rules[i].action == RULE_PLACE && !rules->rules[i].disabled)
			return true;
	}
	return false;
}

void mover_refresh(struct supervisor *supervisor)
{
	struct mover *mover = &supervisor->mover;
	const struct config *config = supervisor->config;

	if (mover->tid > 0)
		priority_change(mover->tid, mover->scheduler, config->supervisor.scheduler);
	mover->scheduler = config->supervisor.scheduler;
	mover->keep_warm = config->supervisor.keep_warm;
	mover->is_armed = has_place_rule(&config->rules) && !supervisor->dry_run;
	if (!mover->quick.source || mover->warm_fd < 0)
		return;
	if (mover->keep_warm == CONFIG_KEEP_WARM_YES && mover->is_armed)
		worker_tick_until(&mover->quick, UINT64_MAX);
	else if (mover->quick.started)
		worker_tick_until(&mover->quick, 0);
}

/* One move tells of others to come. */
static void keep_warm(struct mover *mover)
{
	uint64_t now = clock_now_usec();

	if (mover->keep_warm != CONFIG_KEEP_WARM_AUTO || !mover->is_armed || mover->warm_fd < 0 ||
	    now < mover->extended_usec + CLOCK_USEC_PER_SEC)
		return;
	mover->extended_usec = now;
	worker_tick_until(&mover->quick, now + AUTO_USEC);
}

void mover_rest(struct supervisor *supervisor)
{
	supervisor->mover.at_once = 0;
}

static bool is_warm(const struct mover *mover)
{
	return mover->quick.pending == 0 && mover->at_once < AT_ONCE_MAX &&
	       clock_now_usec() < mover->written_usec + WARM_USEC;
}

void mover_submit(struct supervisor *supervisor, struct move *move, bool urgent)
{
	struct mover *mover = &supervisor->mover;

	move->job.run = run;
	if (is_warm(mover)) {
		mover->at_once++;
		run(&move->job);
		move->job.done(&move->job);
	} else {
		move->held = NULL; /* until the caller returns */
		worker_submit(&mover->quick, &move->job, urgent);
	}
	keep_warm(mover);
}

void mover_submit_slow(struct supervisor *supervisor, struct move *move)
{
	worker_submit(&supervisor->mover.slow, &move->job, false);
}

bool mover_is_busy(const struct supervisor *supervisor)
{
	return supervisor->mover.quick.pending > 0 || supervisor->mover.slow.pending > 0;
}

void mover_settle(struct supervisor *supervisor)
{
	struct mover *mover = &supervisor->mover;

	while (mover_is_busy(supervisor)) {
		worker_settle(&mover->quick);
		worker_settle(&mover->slow);
	}
}

void mover_settle_moves(struct supervisor *supervisor)
{
	worker_settle(&supervisor->mover.quick);
}

bool mover_close(struct supervisor *supervisor)
{
	struct mover *mover = &supervisor->mover;
	bool done;

	worker_close(&mover->quick);
	done = worker_abandon(&mover->slow, CLOSE_USEC);
	if (mover->warm_fd >= 0)
		(void)close(mover->warm_fd);
	mover->warm_fd = -1;
	return done;
}
