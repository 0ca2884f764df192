/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/usage.h"
#include "observe/thread.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/observe/parts.h"
#include "supervisor/report/activities.h"

/* Listeners hear at most so often of one family that changes all the time. */
#define TELL_PAUSE_NS (100 * CLOCK_NSEC_PER_MSEC)

/* Whether the usage of the scope is that of the family: no other shares it, and all members are
 * inside. */
static bool has_own_scope(const struct observe *observe, const struct family *family)
{
	return family->rule->action == RULE_PLACE && family->scope && family->scope->exists &&
	       family->scope->families == 1 && !observe->node->dry_run && family->changes == 0 &&
	       family->members.inside == family->members.count;
}

static void forget_usage(struct observed *observed)
{
	cleanup_close(&observed->usage_fd);
	observed->usage_fd = -1;
	observed->has_usage = false;
}

static int read_scope(const struct observe *observe, const struct family *family,
		      uint64_t *ret_run_ns)
{
	struct observed *observed = family->observed;
	uint64_t usec;
	int r;

	if (observed->usage_fd < 0)
		observed->usage_fd = usage_open(observe->node->hierarchy, family_scope(family),
						"cpu.stat", false);
	r = observed->usage_fd < 0 ? observed->usage_fd : usage_read_cpu(observed->usage_fd, &usec);
	if (r < 0) {
		forget_usage(observed);
		return r;
	}
	*ret_run_ns = usec * 1000;
	return 0;
}

static void forget_rest(struct observed *observed)
{
	memset(&observed->rest, 0, sizeof(observed->rest));
}

/* The member with which the reading goes on. */
static const struct process *next_of(const struct family *family)
{
	pid_t pid = family->observed->rest.pid;
	const struct process *member;

	if (pid == 0)
		return family->members.first;
	DL_FOREACH2 (family->members.first, member, next_member) {
		if (member->pid == pid)
			return member;
	}
	return NULL;
}

static void note_rest(struct observed *observed, const struct process *member,
		      const struct threads *threads)
{
	observed->rest.pid = member->pid;
	observed->rest.threads = threads->done;
	observed->rest.run_ns = threads->run_ns;
}

/* Reads the threads of all members, from where the turn before has stopped.  With -EBUSY the next
 * turn goes on; when the next member has left meanwhile, it begins again. */
static struct threads read_threads(const struct observe *observe, const struct family *family,
				   bool first, size_t *budget)
{
	struct observed *observed = family->observed;
	struct threads threads = { .budget = *budget,
				   .skip = observed->rest.threads,
				   .run_ns = observed->rest.run_ns };
	const struct process *member = next_of(family);

	if (!member)
		threads.code = family->members.first ? -EBUSY : 0;
	forget_rest(observed);
	for (; member && threads.code == 0 && !(first && threads.pid > 0);
	     member = member->next_member) {
		threads_read(observe->node->view.proc_fd, member->pid, first, &threads);
		if (threads.code == -EBUSY)
			note_rest(observed, member, &threads);
	}
	*budget = threads.budget;
	return threads;
}

static bool is_frozen(const struct observe *observe, const struct family *family)
{
	uint64_t frozen;

	return hierarchy_read_key(observe->node->hierarchy, family_scope(family), "cgroup.events",
				  "frozen", &frozen) == 0 &&
	       frozen == 1;
}

static void take_usage(struct observed *observed, struct activity_sample *sample, uint64_t run_ns,
		       uint64_t *ret_ran_ns)
{
	sample->ran = observed->has_usage && run_ns != observed->usage_ns;
	*ret_ran_ns = sample->ran && run_ns > observed->usage_ns ? run_ns - observed->usage_ns : 0;
	observed->usage_ns = run_ns;
	observed->has_usage = true;
}

/* What has run needs no closer look, and neither does an idle family that has not: a thread that wakes
 * runs, unless it is kept from it (see slicectl.conf(5)), and one that is frozen ran into it. */
static void look_closer(const struct observe *observe, const struct family *family,
			struct activity_sample *sample, size_t *budget)
{
	struct threads threads;

	if (sample->ran || family->observed->activity.state == ACTIVITY_IDLE) {
		forget_rest(family->observed);
		return;
	}
	sample->frozen = is_frozen(observe, family);
	if (sample->frozen)
		return;
	threads = read_threads(observe, family, true, budget);
	sample->code = threads.pid > 0 ? 0 : threads.code;
	sample->pid = threads.pid;
	sample->letter = threads.letter;
}

static struct activity_sample sample_scope(const struct observe *observe,
					   const struct family *family, size_t *budget,
					   uint64_t *ret_ran_ns)
{
	struct activity_sample sample = { 0 };
	uint64_t run_ns = 0;

	sample.code = read_scope(observe, family, &run_ns);
	if (sample.code < 0)
		return sample;
	take_usage(family->observed, &sample, run_ns, ret_ran_ns);
	look_closer(observe, family, &sample, budget);
	return sample;
}

static struct activity_sample sample_threads(const struct observe *observe,
					     const struct family *family, size_t *budget,
					     uint64_t *ret_ran_ns)
{
	struct threads threads = read_threads(observe, family, false, budget);
	struct activity_sample sample = { .code = threads.code,
					  .pid = threads.pid,
					  .letter = threads.letter };

	if (threads.pid > 0)
		sample.code = 0;
	if (threads.code < 0 && threads.code != -EBUSY)
		family->observed->has_usage = false;
	else if (threads.code == 0)
		take_usage(family->observed, &sample, threads.run_ns, ret_ran_ns);
	return sample;
}

static struct rule_sum *sum_of(struct observe *observe, const char *rule)
{
	struct rule_sum *sum = NULL;

	HASH_FIND_STR(observe->sums, rule, sum);
	if (sum)
		return sum;
	sum = calloc(1, sizeof(*sum));
	if (sum && (sum->name = strdup(rule))) {
		sum->sum.rule = sum->name;
		HASH_ADD_KEYPTR(hh, observe->sums, sum->name, strlen(sum->name), sum);
		if (HASH_IS_IN(sum))
			return sum;
		free(sum->name);
	}
	free(sum);
	return NULL;
}

/* The time since the last sample was spent in the state of then. */
static void add_to_sum(struct observe *observe, const struct family *family,
		       const struct activity *before, uint64_t now_ns)
{
	struct rule_sum *sum = sum_of(observe, family->rule->name);
	struct observed *observed = family->observed;
	uint64_t span = observed->read_ns > 0 ? now_ns - observed->read_ns : 0;

	observed->read_ns = now_ns;
	if (!sum)
		return;
	if (before->state == ACTIVITY_ACTIVE)
		sum->sum.active_ns += span;
	else if (before->state == ACTIVITY_IDLE)
		sum->sum.idle_ns += span;
	sum->sum.to_active += observed->activity.to_active - before->to_active;
	sum->sum.to_idle += observed->activity.to_idle - before->to_idle;
}

/* Families that are looked at less often are looked at in the same turns of the loop: to wake up costs
 * more than to read. */
static uint64_t align(const struct observe *observe, uint64_t due_ns, uint64_t now_ns)
{
	uint64_t grid_ns = 2 * observe->interval_ns;

	return due_ns > now_ns + 2 * grid_ns ? due_ns - due_ns % grid_ns : due_ns;
}

static void tell(struct observe *observe, struct family *family, uint64_t now_ns)
{
	struct observed *observed = family->observed;

	if (observed->untold == 0)
		return;
	if (now_ns < observed->told_ns + TELL_PAUSE_NS) {
		if (observed->due_ns > observed->told_ns + TELL_PAUSE_NS)
			observed->due_ns = observed->told_ns + TELL_PAUSE_NS;
		return;
	}
	activities_report(observe->report, family, now_ns);
	observed->told = observed->activity.state;
	observed->told_ns = now_ns;
	observed->untold = 0;
}

static void take(struct observe *observe, struct family *family,
		 const struct activity_sample *sample, uint64_t now_ns)
{
	struct observed *observed = family->observed;
	const struct activity before = observed->activity;

	if (activity_take(&observed->activity, sample, now_ns, observe->threshold_ns))
		observed->untold++;
	add_to_sum(observe, family, &before, now_ns);
}

/* For a recording.  A family whose root was never seen could not be told from another. */
static void note(struct observe *observe, const struct family *family,
		 const struct activity_sample *sample, uint64_t now_ns)
{
	if (family->members.root_pid > 0)
		view_note(&observe->node->view,
			  &(struct recorded){ .kind = RECORDED_SAMPLE,
					      .time_ns = now_ns,
					      .pid = family->members.root_pid,
					      .value = family->root.start_ticks,
					      .code = sample->code,
					      .ran = sample->ran,
					      .frozen = sample->frozen,
					      .thread = sample->pid,
					      .letter = sample->letter });
}

void sampling_take(struct observe *observe, struct family *family, uint64_t now_ns, size_t *budget)
{
	struct observed *observed = family->observed;
	bool by_scope = has_own_scope(observe, family);
	struct activity_sample sample;
	uint64_t ran_ns = 0;

	if (by_scope != observed->by_scope) {
		forget_usage(observed);
		forget_rest(observed);
	}
	observed->by_scope = by_scope;
	sample = by_scope ? sample_scope(observe, family, budget, &ran_ns) :
			    sample_threads(observe, family, budget, &ran_ns);
	note(observe, family, &sample, now_ns);
	take(observe, family, &sample, now_ns);
	observed->due_ns = sample.code < 0 ?
				   now_ns + observe->interval_ns :
				   activity_due_ns(&observed->activity, ran_ns,
						   observe->interval_ns, observe->threshold_ns);
	observed->due_ns = align(observe, observed->due_ns, now_ns);
	tell(observe, family, now_ns);
}

void sampling_replay(struct observe *observe, struct family *family, const struct recorded *recorded)
{
	const struct activity_sample sample = { .code = recorded->code,
						.ran = recorded->ran,
						.frozen = recorded->frozen,
						.pid = recorded->thread,
						.letter = recorded->letter };

	take(observe, family, &sample, recorded->time_ns);
	tell(observe, family, recorded->time_ns);
}
