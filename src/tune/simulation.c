/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tune/simulation.h"

#include "tune/nudge_plan.h"

enum { WEIGHT = 100 };

void simulation_begin(struct simulation *simulation, const struct policy_spec *spec)
{
	*simulation = (struct simulation){ .spec = spec };
	for (enum lever i = 0; i < _LEVER_MAX; i++) {
		enum lever_unit unit = lever_row(i)->unit;

		simulation->levers[i].first = unit == LEVER_OF_WEIGHT ? WEIGHT :
					      unit == LEVER_OF_STATE  ? 0 :
									LEVER_NO_LIMIT;
		simulation->levers[i].now = simulation->levers[i].first;
	}
}

static bool is_nudged(const struct simulation *simulation, enum lever i)
{
	return simulation->levers[i].now != simulation->levers[i].first;
}

static struct nudge_plan plan_of(struct simulation *simulation, enum lever i, uint64_t use)
{
	if (!is_nudged(simulation, i))
		simulation->levers[i].use = use;
	return nudge_plan_of(simulation->spec, i, simulation->levers[i].first,
			     simulation->levers[i].now, simulation->levers[i].use);
}

static void change(struct simulation *simulation, enum lever i, uint64_t value, uint64_t now_ns,
		   struct simulation_step *step)
{
	step->changed = true;
	step->lever = i;
	step->old = simulation->levers[i].now;
	step->new = value;
	simulation->levers[i].now = value;
	simulation->written_ns = now_ns;
}

static void away(struct simulation *simulation, const struct strategy_sample *sample, uint64_t use,
		 struct simulation_step *step)
{
	struct gate_question question = { .has_signal = sample->code == 0,
					  .presses = simulation->strategy.presses,
					  .has_file = true,
					  .written_ns = simulation->written_ns,
					  .cooldown_ns = simulation->spec->cooldown_ns,
					  .now_ns = sample->now_ns };
	const struct policy_action *action = strategy_action(&simulation->strategy,
							     simulation->spec);

	for (size_t k = 0; k < policy_levers(simulation->spec, action); k++) {
		enum lever i = action->levers[k];
		struct nudge_plan plan = plan_of(simulation, i, use);
		uint64_t value = 0;

		question.has_room = nudge_plan_away(&plan, &value);
		step->verdict = gate_ask(&question);
		if (step->verdict == VERDICT_OK) {
			simulation->has_step = true;
			simulation->stepped = i;
			simulation->before = simulation->levers[i].now;
			change(simulation, i, value, sample->now_ns, step);
		}
		if (step->verdict != VERDICT_BOUNDS)
			return;
	}
}

static void undo(struct simulation *simulation, uint64_t now_ns, struct simulation_step *step)
{
	if (simulation->has_step)
		change(simulation, simulation->stepped, simulation->before, now_ns, step);
	simulation->has_step = false;
}

/* One step, or everything, of the last lever that is not at its baseline.  The levers of an action are in
 * the order of the enum. */
static void back(struct simulation *simulation, enum wish wish, uint64_t now_ns,
		 struct simulation_step *step)
{
	for (int i = _LEVER_MAX - 1; i >= 0; i--) {
		enum lever lever = (enum lever)i;
		struct nudge_plan plan;

		if (!is_nudged(simulation, lever))
			continue;
		plan = plan_of(simulation, lever, 0);
		change(simulation, lever,
		       wish == WISH_RELEASE ? nudge_plan_back(&plan) : plan.baseline, now_ns, step);
		simulation->has_step = false;
		return;
	}
}

/* A freeze ends after its time, whatever the signal is. */
static bool thaw(struct simulation *simulation, const struct strategy_sample *sample,
		 struct simulation_step *step)
{
	if (!is_nudged(simulation, LEVER_FREEZE) ||
	    sample->now_ns < simulation->written_ns + simulation->spec->freeze_ns)
		return false;
	strategy_end_freeze(&simulation->strategy, simulation->spec, sample);
	back(simulation, WISH_RESTORE, sample->now_ns, step);
	return true;
}

static size_t count_nudged(const struct simulation *simulation)
{
	size_t n = 0;

	for (enum lever i = 0; i < _LEVER_MAX; i++)
		n += is_nudged(simulation, i);
	return n;
}

struct simulation_step simulation_take(struct simulation *simulation,
				       const struct strategy_sample *sample, uint64_t use)
{
	struct simulation_step step = { .wish = strategy_take(&simulation->strategy,
							      simulation->spec, sample) };

	/* What goes back does so a lever at a time, as it is carried out. */
	simulation->goes_back |= step.wish == WISH_RESTORE;
	if (thaw(simulation, sample, &step))
		step.wish = WISH_NOTHING;
	else if (simulation->goes_back)
		back(simulation, WISH_RESTORE, sample->now_ns, &step);
	else if (step.wish == WISH_NUDGE)
		away(simulation, sample, use, &step);
	else if (step.wish == WISH_UNDO)
		undo(simulation, sample->now_ns, &step);
	else if (step.wish == WISH_RELEASE &&
		 sample->now_ns < simulation->written_ns + simulation->spec->cooldown_ns)
		step.verdict = VERDICT_COOLDOWN;
	else if (step.wish == WISH_RELEASE)
		back(simulation, step.wish, sample->now_ns, &step);
	if (count_nudged(simulation) == 0)
		simulation->goes_back = false;
	strategy_done(&simulation->strategy, simulation->spec, step.wish, sample, step.changed,
		      count_nudged(simulation));
	if (step.changed && step.wish == WISH_NOTHING)
		step.wish = WISH_RESTORE;
	return step;
}
