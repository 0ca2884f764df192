/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The strategy that learns which of several actions helps. */

#include "tune/simulation.h"

#include <string.h>

#include "test.h"

#define SECOND_NS UINT64_C(1000000000)

static struct policy_text learning_text(void)
{
	return (struct policy_text){
		.subject = (char *)"rule build",
		.signal = (char *)"cpu.some",
		.above = (char *)"20%",
		.below = (char *)"8%",
		.lasting = (char *)"0",
		.action = (char *)"cpu_weight io_weight memory_high",
		.strategy = (char *)"learned",
	};
}

static void it_is_parsed(void)
{
	struct policy_text text = learning_text();
	struct policy_spec spec;

	CHECK_FATAL(policy_spec_parse(&text, &spec, NULL) == 0);
	CHECK(spec.learns && spec.n_actions == 3);
	CHECK_TEXT(spec.action->name, "cpu_weight");
	CHECK_TEXT(spec.actions[2]->name, "memory_high");
	policy_spec_done(&spec);
}

#define REFUSED(key, value, part)                                               \
	do {                                                                    \
		struct policy_text _text = learning_text();                     \
		struct slicectl_error _error = SLICECTL_ERROR_INIT;             \
		struct policy_spec _spec;                                       \
		_text.key = (char *)(value);                                    \
		CHECK_INT(policy_spec_parse(&_text, &_spec, &_error), -EINVAL); \
		CHECK_HAS(_error.message, part);                                \
	} while (0)

static void what_makes_no_sense_is_refused(void)
{
	REFUSED(strategy, NULL, "several actions need strategy = learned");
	REFUSED(strategy, "guess", "neither heuristic nor learned");
	REFUSED(action, "cpu_weight", "two or more actions");
	REFUSED(action, "cpu_weight cpu_weight", "given twice");
	REFUSED(action, "cpu_weight memory_reclaim", "stands alone");
	REFUSED(action, "cpu_weight nothing", "not an action");
	REFUSED(action, " ", "action is empty");
	REFUSED(action, "cpu_weight cpu_max io_weight memory_high pressure_backoff", "at most");
	REFUSED(floor, "10", "floor: with several actions the defaults hold");
	REFUSED(step, "+20%", "memory_high only goes down");
	REFUSED(freeze, "1s", "does not freeze");
}

static void untried_ones_come_first_and_then_the_best(void)
{
	struct learner learner = { 0 };
	unsigned counts[3] = { 0 };
	static const int64_t effects[] = { 500, 4000, 1500 };
	uint64_t now_ns = SECOND_NS;

	for (size_t i = 0; i < 3; i++, now_ns += LEARNER_DWELL_NS) {
		learner_choose(&learner, 3, now_ns);
		CHECK_INT(learner.arm, i);
		learner_take_effect(&learner, effects[i], true);
	}
	for (unsigned i = 0; i < 1000; i++, now_ns += LEARNER_DWELL_NS) {
		learner_choose(&learner, 3, now_ns);
		learner_take_effect(&learner, effects[learner.arm], true);
		counts[learner.arm]++;
	}
	/* Chance takes one in twenty, a third of which is the best one anyway. */
	CHECK(counts[1] > 930 && counts[1] < 990);
	CHECK(counts[0] > 5 && counts[2] > 5);
}

static void the_same_signals_lead_to_the_same_choices(void)
{
	struct learner a = { 0 }, b = { 0 };

	for (uint64_t i = 1; i < 500; i++) {
		learner_choose(&a, 4, i * SECOND_NS);
		learner_choose(&b, 4, i * SECOND_NS);
		CHECK_INT(a.arm, b.arm);
		learner_take_effect(&a, (int64_t)(i * 37 % 5000), true);
		learner_take_effect(&b, (int64_t)(i * 37 % 5000), true);
	}
}

static void an_action_is_kept_for_a_while(void)
{
	struct learner learner = { 0 };

	learner_choose(&learner, 2, SECOND_NS);
	learner_take_effect(&learner, 2000, true);
	learner_choose(&learner, 2, SECOND_NS + LEARNER_DWELL_NS - 1);
	CHECK_INT(learner.arm, 0);
	learner_choose(&learner, 2, SECOND_NS + LEARNER_DWELL_NS);
	CHECK_INT(learner.arm, 1);
}

static void one_that_failed_pauses(void)
{
	struct learner learner = { 0 };
	uint64_t until_ns;

	learner_choose(&learner, 2, SECOND_NS);
	learner_take_effect(&learner, 100, false);
	until_ns = learner_ban(&learner, 2, 60 * SECOND_NS, 2 * SECOND_NS);
	/* The other one may be tried once this one was kept long enough. */
	CHECK_INT(until_ns, SECOND_NS + LEARNER_DWELL_NS);
	learner_choose(&learner, 2, until_ns);
	CHECK_INT(learner.arm, 1);
	learner_take_effect(&learner, 0, false);
	CHECK_INT(learner_ban(&learner, 2, 60 * SECOND_NS, 10 * SECOND_NS), 62 * SECOND_NS);
	/* A second time in a row it pauses for twice as long. */
	learner_choose(&learner, 2, 62 * SECOND_NS);
	CHECK_INT(learner.arm, 0);
	(void)learner_ban(&learner, 2, 60 * SECOND_NS, 62 * SECOND_NS);
	CHECK_INT(learner.arms[0].banned_ns, (62 + 120) * SECOND_NS);
}

static void one_without_room_gives_way(void)
{
	struct learner learner = { 0 };

	learner_choose(&learner, 2, SECOND_NS);
	learner_note_stuck(&learner);
	learner_choose(&learner, 2, 2 * SECOND_NS);
	CHECK_INT(learner.arm, 1);
	learner_note_stuck(&learner);
	/* When none has any, it begins anew. */
	learner_choose(&learner, 2, 3 * SECOND_NS);
	CHECK(!learner.arms[0].is_stuck && !learner.arms[1].is_stuck);
}

/* Only memory.high helps.  The signal falls by a third with each step of it. */
static uint64_t world(const struct simulation *simulation)
{
	uint64_t high = simulation->levers[LEVER_MEMORY_HIGH].now;

	return high == LEVER_NO_LIMIT ? 9000 : high >= 4000 ? 6000 : 2500;
}

static void the_action_that_helps_is_found(void)
{
	struct policy_text text = learning_text();
	struct simulation simulation;
	struct policy_spec spec;
	bool found = false;

	CHECK_FATAL(policy_spec_parse(&text, &spec, NULL) == 0);
	simulation_begin(&simulation, &spec);
	for (unsigned i = 0; i < 2 * 90; i++) {
		const struct strategy_sample sample = { .signal = world(&simulation),
							.now_ns = SECOND_NS + i * SECOND_NS / 2 };

		(void)simulation_take(&simulation, &sample, 8000);
		found = found || simulation.levers[LEVER_MEMORY_HIGH].now < 5000;
	}
	CHECK(found);
	/* What did not help is where it was. */
	CHECK_INT(simulation.levers[LEVER_CPU_WEIGHT].now, 100);
	CHECK_INT(simulation.levers[LEVER_IO_WEIGHT].now, 100);
	CHECK(simulation.strategy.learner.arms[2].effect > 2000);
	CHECK(simulation.strategy.learner.arms[0].effect < 1000);
	/* Once calm, everything comes back. */
	for (unsigned i = 0; i < 2 * 1800; i++) {
		const struct strategy_sample sample = { .now_ns = (200 + SECOND_NS) +
								  (i + 180) * SECOND_NS / 2 };

		(void)simulation_take(&simulation, &sample, 8000);
	}
	for (enum lever lever = 0; lever < _LEVER_MAX; lever++)
		CHECK(simulation.levers[lever].now == simulation.levers[lever].first);
	policy_spec_done(&spec);
}

TEST_MAIN("learner", CASE(it_is_parsed), CASE(what_makes_no_sense_is_refused),
	  CASE(untried_ones_come_first_and_then_the_best),
	  CASE(the_same_signals_lead_to_the_same_choices), CASE(an_action_is_kept_for_a_while),
	  CASE(one_that_failed_pauses), CASE(one_without_room_gives_way),
	  CASE(the_action_that_helps_is_found))
