/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tune/nudge_plan.h"

#define WHOLE INT64_C(10000)

/* The least value that is written.  A family that may make no more processes than it has still runs. */
static uint64_t floor_of(const struct policy_spec *spec, const struct lever_row *row, uint64_t use)
{
	if (spec->floor > 0)
		return spec->floor;
	if (row->floor > 0)
		return row->floor;
	return row->unit == LEVER_OF_COUNT ? use : use / 2;
}

struct nudge_plan nudge_plan_of(const struct policy_spec *spec, enum lever lever, uint64_t baseline,
				uint64_t value, uint64_t use)
{
	const struct lever_row *row = lever_row(lever);

	return (struct nudge_plan){
		.lever = lever,
		.baseline = baseline,
		.value = value,
		.use = use,
		.step = spec->step,
		.floor = floor_of(spec, row, use),
		.ceiling = spec->ceiling > 0 ? spec->ceiling : row->ceiling,
	};
}

/* @value changed by @step, in hundredths of a percent, without overflow. */
static uint64_t scale(uint64_t value, uint64_t numerator, uint64_t denominator)
{
	uint64_t whole = value / denominator, rest = value % denominator;

	return whole > LEVER_NO_LIMIT / numerator ?
		       LEVER_NO_LIMIT - 1 :
		       whole * numerator + rest * numerator / denominator;
}

static bool step_down(const struct nudge_plan *plan, uint64_t *ret_value)
{
	uint64_t from = plan->value, next;

	/* Nothing is known about how far "max" is away. */
	if (from == LEVER_NO_LIMIT && plan->use == 0)
		return false;
	if (from == LEVER_NO_LIMIT)
		from = plan->use;
	next = scale(from, (uint64_t)(WHOLE + plan->step), (uint64_t)WHOLE);
	if (next >= from)
		next = from > 0 ? from - 1 : 0;
	if (next < plan->floor)
		next = plan->floor;
	if (next >= plan->value)
		return false;
	*ret_value = next;
	return true;
}

static bool step_up(const struct nudge_plan *plan, uint64_t *ret_value)
{
	uint64_t next;

	if (plan->value == LEVER_NO_LIMIT)
		return false;
	next = scale(plan->value, (uint64_t)(WHOLE + plan->step), (uint64_t)WHOLE);
	if (next <= plan->value)
		next = plan->value + 1;
	if (next > plan->ceiling)
		next = plan->ceiling;
	if (next <= plan->value)
		return false;
	*ret_value = next;
	return true;
}

static bool switch_on(const struct nudge_plan *plan, uint64_t *ret_value)
{
	if (plan->value != 0)
		return false;
	*ret_value = 1;
	return true;
}

bool nudge_plan_away(const struct nudge_plan *plan, uint64_t *ret_value)
{
	if (lever_row(plan->lever)->unit == LEVER_OF_STATE)
		return switch_on(plan, ret_value);
	return plan->step < 0 ? step_down(plan, ret_value) : step_up(plan, ret_value);
}

uint64_t nudge_plan_back(const struct nudge_plan *plan)
{
	uint64_t next = scale(plan->value, (uint64_t)WHOLE, (uint64_t)(WHOLE + plan->step));

	if (lever_row(plan->lever)->unit == LEVER_OF_STATE)
		return plan->baseline;
	/* A limit beyond what was used before limits nothing any more. */
	if (plan->step < 0 && plan->baseline == LEVER_NO_LIMIT)
		return next < plan->use && next > plan->value ? next : plan->baseline;
	if (plan->step < 0)
		return next <= plan->value || next > plan->baseline ? plan->baseline : next;
	return next >= plan->value || next < plan->baseline ? plan->baseline : next;
}
