/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/fd.h"
#include "base/text.h"
#include "config/key.h"
#include "test.h"
#include "tune/allowance.h"
#include "tune/gate.h"
#include "tune/nudge_plan.h"
#include "tune/reclaim.h"
#include "tune/simulation.h"
#include "tune/strategy.h"

#define SECOND_NS UINT64_C(1000000000)

static void levers_are_numbers(void)
{
	static const struct {
		enum lever lever;
		const char *text;
		uint64_t value;
	} cases[] = {
		{ LEVER_CPU_WEIGHT, "100", 100 },
		{ LEVER_CPU_MAX, "max 100000", LEVER_NO_LIMIT },
		{ LEVER_CPU_MAX, "20000 100000", 2000 },
		{ LEVER_CPU_MAX, "150000 50000", 30000 },
		{ LEVER_IO_WEIGHT, "default 250", 250 },
		{ LEVER_IO_WEIGHT, "default 100\n8:0 50", 100 },
		{ LEVER_MEMORY_HIGH, "max", LEVER_NO_LIMIT },
		{ LEVER_MEMORY_HIGH, "1048576", 1048576 },
		{ LEVER_PIDS_MAX, "max", LEVER_NO_LIMIT },
	};
	static const struct {
		enum lever lever;
		const char *text;
	} wrong[] = {
		{ LEVER_CPU_WEIGHT, "max" }, { LEVER_CPU_MAX, "max" },
		{ LEVER_CPU_MAX, "5 0" },    { LEVER_CPU_MAX, "99999999999999999999 1" },
		{ LEVER_IO_WEIGHT, "100" },  { LEVER_MEMORY_HIGH, "-1" },
		{ LEVER_PIDS_MAX, "" },
	};
	uint64_t value;
	char text[LEVER_TEXT_SIZE];

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		CHECK_INT(lever_parse(cases[i].lever, cases[i].text, &value), 0);
		CHECK(value == cases[i].value);
	}
	for (size_t i = 0; i < ELEMENTS(wrong); i++)
		CHECK_INT(lever_parse(wrong[i].lever, wrong[i].text, &value), -EINVAL);
	CHECK_TEXT(lever_text(LEVER_CPU_MAX, 2000, "max 50000", text), "10000 50000");
	CHECK_TEXT(lever_text(LEVER_CPU_MAX, 1, "max 50000", text), "1000 50000");
	CHECK_TEXT(lever_text(LEVER_IO_WEIGHT, 75, "default 100", text), "default 75");
	CHECK_TEXT(lever_text(LEVER_CPU_WEIGHT, 75, "100", text), "75");
}

static void bounds_are_checked(void)
{
	uint64_t value;

	CHECK_INT(lever_parse_bound(LEVER_CPU_MAX, "20%", &value, NULL), 0);
	CHECK(value == 2000);
	CHECK_INT(lever_parse_bound(LEVER_MEMORY_HIGH, "150M", &value, NULL), 0);
	CHECK(value == 150 * 1024 * 1024);
	CHECK_INT(lever_parse_bound(LEVER_CPU_MAX, "20", &value, NULL), -EINVAL);
	CHECK_INT(lever_parse_bound(LEVER_CPU_WEIGHT, "0", &value, NULL), -EINVAL);
	CHECK_INT(lever_parse_bound(LEVER_CPU_WEIGHT, "10001", &value, NULL), -EINVAL);
	CHECK_INT(lever_parse_bound(LEVER_MEMORY_HIGH, "4K", &value, NULL), -EINVAL);
}

static void steps_are_planned(void)
{
	static const struct {
		struct nudge_plan plan;
		bool away;
		uint64_t next, back;
	} cases[] = {
		{ { LEVER_CPU_WEIGHT, 100, 100, 0, -2500, 10, 1000 }, true, 75, 100 },
		{ { LEVER_CPU_WEIGHT, 100, 75, 0, -2500, 10, 1000 }, true, 56, 100 },
		{ { LEVER_CPU_WEIGHT, 100, 42, 0, -2500, 10, 1000 }, true, 31, 56 },
		{ { LEVER_CPU_WEIGHT, 100, 12, 0, -2500, 10, 1000 }, true, 10, 16 },
		{ { LEVER_CPU_WEIGHT, 100, 10, 0, -2500, 10, 1000 }, false, 0, 13 },
		/* Below its floor already: it is not raised to it. */
		{ { LEVER_CPU_WEIGHT, 5, 5, 0, -2500, 10, 1000 }, false, 0, 5 },
		{ { LEVER_CPU_WEIGHT, 100, 100, 0, 5000, 10, 1000 }, true, 150, 100 },
		{ { LEVER_CPU_WEIGHT, 100, 900, 0, 5000, 10, 1000 }, true, 1000, 600 },
		{ { LEVER_CPU_WEIGHT, 100, 1000, 0, 5000, 10, 1000 }, false, 0, 666 },
		{ { LEVER_CPU_WEIGHT, 100, 2, 0, -100, 1, 1000 }, true, 1, 100 },
		/* From max: a step below what is used, and nothing where that is not known. */
		{ { LEVER_MEMORY_HIGH, LEVER_NO_LIMIT, LEVER_NO_LIMIT, 1000, -2500, 100, 0 },
		  true,
		  750,
		  LEVER_NO_LIMIT },
		{ { LEVER_MEMORY_HIGH, LEVER_NO_LIMIT, LEVER_NO_LIMIT, 0, -2500, 100, 0 },
		  false,
		  0,
		  LEVER_NO_LIMIT },
		{ { LEVER_MEMORY_HIGH, LEVER_NO_LIMIT, 300, 1000, -2500, 100, 0 }, true, 225, 400 },
		{ { LEVER_CPU_MAX, LEVER_NO_LIMIT, LEVER_NO_LIMIT, 0, 2500, 0, 90000 },
		  false,
		  0,
		  LEVER_NO_LIMIT },
		/* No overflow. */
		{ { LEVER_MEMORY_HIGH, UINT64_MAX - 1, UINT64_MAX - 1, 0, 90000, 0, UINT64_MAX - 1 },
		  false,
		  0,
		  UINT64_MAX - 1 },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		uint64_t next = 0;

		CHECK_INT(nudge_plan_away(&cases[i].plan, &next), cases[i].away);
		if (cases[i].away && next != cases[i].next)
			CHECK_INT(next, cases[i].next);
		if (nudge_plan_back(&cases[i].plan) != cases[i].back) {
			CHECK_INT(i, -1);
			CHECK_INT(nudge_plan_back(&cases[i].plan), cases[i].back);
		}
	}
}

/* Whatever the value, steps away end at the floor and steps back at the baseline. */
static void steps_end(void)
{
	srand(1);
	for (int i = 0; i < 2000; i++) {
		struct nudge_plan plan = { .lever = LEVER_CPU_WEIGHT,
					   .baseline = 1 + (uint64_t)rand() % 10000,
					   .step = -(1 + rand() % 9900),
					   .floor = 1 + (uint64_t)rand() % 200,
					   .ceiling = 10000 };
		unsigned n = 0;

		plan.value = plan.baseline;
		while (nudge_plan_away(&plan, &plan.value)) {
			CHECK(plan.value >= plan.floor && plan.value < plan.baseline);
			CHECK_FATAL(n++ < 20000);
		}
		for (n = 0; plan.value != plan.baseline; plan.value = nudge_plan_back(&plan)) {
			CHECK(plan.value < plan.baseline);
			CHECK_FATAL(n++ < 20000);
		}
	}
}

static void gate_has_an_order(void)
{
	struct gate_question question = { .now_ns = 100 * SECOND_NS,
					  .cooldown_ns = 5 * SECOND_NS,
					  .has_room = true };

	CHECK_INT(gate_ask(&question), VERDICT_UNAVAILABLE);
	question.has_signal = question.has_file = true;
	CHECK_INT(gate_ask(&question), VERDICT_PSI_IDLE);
	question.presses = true;
	CHECK_INT(gate_ask(&question), VERDICT_OK);
	question.written_ns = 96 * SECOND_NS;
	CHECK_INT(gate_ask(&question), VERDICT_COOLDOWN);
	question.written_ns = 95 * SECOND_NS;
	CHECK_INT(gate_ask(&question), VERDICT_OK);
	question.is_idle = true;
	CHECK_INT(gate_ask(&question), VERDICT_SUBJECT_IDLE);
	question.is_idle = question.has_room = false;
	CHECK_INT(gate_ask(&question), VERDICT_BOUNDS);
	question.contended_ns = 101 * SECOND_NS;
	CHECK_INT(gate_ask(&question), VERDICT_CONTENDED);
	question.contended_ns = 0;
	question.is_owned = true;
	CHECK_INT(gate_ask(&question), VERDICT_CONTENDED);
	question.has_file = false;
	CHECK_INT(gate_ask(&question), VERDICT_UNAVAILABLE);
}

static struct policy_text whole_text(void)
{
	return (struct policy_text){ .subject = (char *)"rule build",
				     .protect = (char *)"slice pact.slice",
				     .signal = (char *)"cpu.some",
				     .above = (char *)"20%",
				     .lasting = (char *)"2s",
				     .below = (char *)"8%",
				     .action = (char *)"cpu_weight",
				     .step = (char *)"-25%",
				     .floor = (char *)"10",
				     .cooldown = (char *)"5s" };
}

static void policies_are_parsed(void)
{
	struct policy_text text = whole_text();
	struct policy_spec spec;

	CHECK_INT(policy_spec_parse(&text, &spec, NULL), 0);
	CHECK_INT(spec.n_subjects, 1);
	CHECK_INT(spec.subjects[0].kind, POLICY_RULE);
	CHECK_TEXT(spec.subjects[0].name, "build");
	CHECK_INT(spec.protects[0].kind, POLICY_SLICE);
	CHECK_INT(spec.above, 2000);
	CHECK_INT(spec.below, 800);
	CHECK_INT(spec.step, -2500);
	CHECK_INT(spec.floor, 10);
	CHECK(spec.lasting_ns == 2 * SECOND_NS && spec.cooldown_ns == 5 * SECOND_NS);
	policy_spec_done(&spec);
	text.subject = (char *)"rule a scope w.slice/x  slice y.slice";
	text.protect = (char *)"machine";
	CHECK_INT(policy_spec_parse(&text, &spec, NULL), 0);
	CHECK_INT(spec.n_subjects, 3);
	CHECK_INT(spec.protects[0].kind, POLICY_MACHINE);
	policy_spec_done(&spec);
}

#define REFUSED(member, value, sentence)                                        \
	do {                                                                    \
		struct policy_text text_ = whole_text();                        \
		struct slicectl_error error_ = SLICECTL_ERROR_INIT;             \
		struct policy_spec spec_;                                       \
                                                                                \
		text_.member = (char *)(value);                                 \
		CHECK_INT(policy_spec_parse(&text_, &spec_, &error_), -EINVAL); \
		CHECK_HAS(error_.message, sentence);                            \
	} while (0)

static void the_machine_has_only_pressure(void)
{
	struct policy_text text = whole_text();
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct policy_spec spec;

	text.protect = (char *)"slice x.slice machine";
	CHECK_FATAL(policy_spec_parse(&text, &spec, NULL) == 0);
	policy_spec_done(&spec);
	text.signal = (char *)"cpu.throttled";
	CHECK_INT(policy_spec_parse(&text, &spec, &error), -EINVAL);
	CHECK_HAS(error.message, "only signals of pressure");
}

static void policies_are_refused(void)
{
	REFUSED(subject, NULL, "key subject");
	REFUSED(subject, "", "empty");
	REFUSED(subject, "build", "neither rule NAME");
	REFUSED(subject, "rule", "needs a name");
	REFUSED(subject, "machine", "neither rule NAME");
	REFUSED(protect, "slice", "needs a path");
	REFUSED(signal, "cpu.weight", "not a signal");
	REFUSED(above, "20", "percentage");
	REFUSED(above, "101%", "percentage");
	REFUSED(above, "8%", "must be less");
	REFUSED(below, "20%", "must be less");
	REFUSED(action, "cpu_idle", "not an action");
	REFUSED(step, "25%", "not a change");
	REFUSED(step, "-100%", "not a change");
	REFUSED(step, "-0%", "not a change");
	REFUSED(step, "+25%", "has a ceiling");
	REFUSED(ceiling, "200", "has a floor");
	REFUSED(floor, "10%", "weight");
	REFUSED(budget, "5s", "needs action = cpu_max");
	REFUSED(cooldown, "100ms", "not a time");
	REFUSED(lasting, "soon", "not a time");
}

/* A policy beside a target whose signal answers to how far it is nudged. */
struct world {
	struct strategy strategy;
	struct policy_spec spec;
	uint64_t now_ns, level, baseline, value, written_ns;
	uint64_t before; /* the last change */
	size_t writes;
	bool subjects_idle;
};

static void world_init(struct world *world)
{
	struct policy_text text = whole_text();

	*world = (struct world){ .now_ns = SECOND_NS, .baseline = 100, .value = 100 };
	CHECK_FATAL(policy_spec_parse(&text, &world->spec, NULL) == 0);
}

static struct nudge_plan world_plan(const struct world *world)
{
	return (struct nudge_plan){ LEVER_CPU_WEIGHT, world->baseline,   world->value, 0,
				    world->spec.step, world->spec.floor, 1000 };
}

static enum wish world_step(struct world *world, uint64_t signal, int code, bool idle)
{
	const struct strategy_sample sample = { .code = code,
						.signal = signal,
						.is_idle = idle,
						.subjects_idle = world->subjects_idle,
						.now_ns = world->now_ns };
	enum wish wish = strategy_take(&world->strategy, &world->spec, &sample);
	struct nudge_plan plan = world_plan(world);
	uint64_t value = world->value;

	if (wish == WISH_NUDGE && (world->written_ns == 0 ||
				   world->now_ns >= world->written_ns + world->spec.cooldown_ns))
		(void)nudge_plan_away(&plan, &world->value);
	else if (wish == WISH_RELEASE)
		world->value = nudge_plan_back(&plan);
	else if (wish == WISH_RESTORE)
		world->value = world->baseline;
	else if (wish == WISH_UNDO)
		world->value = world->before;
	if (world->value != value) {
		world->before = value;
		world->writes++;
		if (wish == WISH_NUDGE && world->written_ns > 0)
			CHECK(world->now_ns >= world->written_ns + world->spec.cooldown_ns);
		world->written_ns = world->now_ns;
	}
	strategy_done(&world->strategy, &world->spec, wish, &sample, world->value != value,
		      world->value != world->baseline);
	CHECK(world->value >= world->spec.floor && world->value <= world->baseline);
	world->now_ns += SECOND_NS / 2;
	return wish;
}

static void signals_have_units(void)
{
	static const struct {
		const char *signal, *text;
		uint64_t level;
		const char *shown; /* NULL: it is refused */
	} cases[] = {
		{ "cpu.some", "20%", 2000, "20.00%" },
		{ "cpu.some", "101%", 0, NULL },
		{ "cpu.usage", "350%", 35000, "350.00%" },
		{ "cpu.usage", "350", 0, NULL },
		{ "memory.refaults", "100", 10000, "100/s" },
		{ "memory.refaults", "1M", 0, NULL },
		{ "io.bytes", "50M", 5242880000, "52428800/s" },
		{ "io.bytes", "5%", 0, NULL },
		{ "io.bytes", "2P", 0, NULL },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		const struct tune_signal *signal = tune_signal_find(cases[i].signal);
		char shown[TUNE_SIGNAL_TEXT_SIZE];
		uint64_t level = 0;

		CHECK_FATAL(signal != NULL);
		CHECK_INT(tune_signal_parse_level(signal, cases[i].text, &level, NULL),
			  cases[i].shown ? 0 : -EINVAL);
		if (!cases[i].shown)
			continue;
		CHECK(level == cases[i].level);
		CHECK_TEXT(tune_signal_text(signal, level, shown), cases[i].shown);
	}
}

static void budgets_are_parsed(void)
{
	struct policy_text text = whole_text();
	struct policy_spec spec;

	text.action = (char *)"cpu_max";
	text.step = (char *)"+100%";
	text.floor = NULL;
	text.budget = (char *)"5s";
	CHECK_FATAL(policy_spec_parse(&text, &spec, NULL) == 0);
	CHECK(spec.budget_usec == 5000000);
	policy_spec_done(&spec);
	text.budget = (char *)"0";
	CHECK_INT(policy_spec_parse(&text, &spec, NULL), -EINVAL);
	text.budget = (char *)"999us";
	CHECK_INT(policy_spec_parse(&text, &spec, NULL), -EINVAL);
	text.budget = (char *)"11min";
	CHECK_INT(policy_spec_parse(&text, &spec, NULL), -EINVAL);
	text.budget = (char *)"5s";
	text.step = (char *)"-10%";
	CHECK_INT(policy_spec_parse(&text, &spec, NULL), -EINVAL);
}

static void pressure_must_last(void)
{
	struct world world;

	world_init(&world);
	for (int i = 0; i < 4; i++)
		CHECK_INT(world_step(&world, 3000, 0, false), WISH_NOTHING);
	CHECK_INT(world_step(&world, 3000, 0, false), WISH_NUDGE);
	CHECK_INT(world.value, 75);
	/* A dip below the level begins anew; one that stays above "below" does not end it. */
	CHECK_INT(world_step(&world, 1000, 0, false), WISH_NOTHING);
	CHECK(world.strategy.presses);
	CHECK_INT(world_step(&world, 700, 0, false), WISH_NOTHING);
	CHECK(!world.strategy.presses);
	policy_spec_done(&world.spec);
}

static void what_does_not_help_is_undone(void)
{
	struct world world;
	enum wish wish = WISH_NOTHING;
	size_t undone = 0;

	world_init(&world);
	for (int i = 0; i < 2 * 55; i++) {
		wish = world_step(&world, 3000, 0, false);
		undone += wish == WISH_UNDO;
	}
	CHECK_INT(undone, 1);
	CHECK_INT(world.value, 100);
	CHECK_INT(world.writes, 2);
	/* Later it is tried once more, and the pause is longer then. */
	for (int i = 0; i < 2 * 60; i++)
		undone += world_step(&world, 3000, 0, false) == WISH_UNDO;
	CHECK_INT(undone, 2);
	CHECK(world.strategy.banned_ns > world.now_ns + 30 * SECOND_NS);
	policy_spec_done(&world.spec);
}

/* The signal falls with the value, so the end of the pressure is only seen by trying: less and less
 * often. */
static void what_has_helped_stays(void)
{
	struct world world;

	world_init(&world);
	for (int i = 0; i < 2 * 5; i++)
		(void)world_step(&world, world.value == 100 ? 6000 : 3000, 0, false);
	CHECK_INT(world.value, 75);
	/* The second step does not help: it alone is taken back, and no other follows for a minute. */
	for (int i = 0; i < 2 * 20; i++)
		(void)world_step(&world, 3000, 0, false);
	CHECK_INT(world.value, 75);
	CHECK_INT(world.writes, 3);
	policy_spec_done(&world.spec);
}

/* The signal is a mean of two seconds: soon after the load began there is more than it shows. */
static void a_load_that_has_just_begun_is_known_later(void)
{
	static const uint64_t signals[] = { 3000, 3700, 4500, 6000, 5000 };
	struct world world;

	world_init(&world);
	world.spec.lasting_ns = SECOND_NS / 2;
	for (int i = 0; i < 2 * 8; i++)
		(void)world_step(&world, signals[i < 5 ? i : 4], 0, false);
	CHECK_INT(world.strategy.failures, 0);
	CHECK(world.value < 100);
	policy_spec_done(&world.spec);
	/* It rose for all of the time: that is no help. */
	world_init(&world);
	world.spec.lasting_ns = SECOND_NS / 2;
	for (int i = 0; i < 2 * 8; i++)
		(void)world_step(&world, i < 4 ? signals[i] : 6000, 0, false);
	CHECK_INT(world.strategy.failures, 1);
	CHECK_INT(world.value, 100);
	policy_spec_done(&world.spec);
}

static void the_way_back_is_tried(void)
{
	struct world world;
	size_t early = 0, late = 0;

	world_init(&world);
	for (int i = 0; i < 2 * 600; i++)
		(void)world_step(&world, world.value > 60 ? 3000 : 500, 0, false);
	early = world.writes;
	for (int i = 0; i < 2 * 600; i++)
		(void)world_step(&world, world.value > 60 ? 3000 : 500, 0, false);
	late = world.writes - early;
	CHECK(early > 2 && late < early && late < 20);
	/* The pressure has really gone. */
	for (int i = 0; i < 2 * 1300; i++)
		(void)world_step(&world, 100, 0, false);
	CHECK_INT(world.value, 100);
	CHECK(strategy_rests(&world.strategy));
	policy_spec_done(&world.spec);
}

static unsigned steps_until(struct world *world, enum wish wish)
{
	unsigned steps = 0;

	while (world_step(world, 0, 0, false) != wish && steps < 1000)
		steps++;
	return steps;
}

/* While the subjects want more, the pressure would only come back. */
static void the_first_step_back_waits_unless_the_subjects_are_idle(void)
{
	struct world world;

	world_init(&world);
	for (int i = 0; i < 6; i++)
		(void)world_step(&world, 3000, 0, false);
	CHECK_INT(steps_until(&world, WISH_RELEASE), 2 * STRATEGY_HOLD_NS / SECOND_NS);
	policy_spec_done(&world.spec);
	world_init(&world);
	for (int i = 0; i < 6; i++)
		(void)world_step(&world, 3000, 0, false);
	world.subjects_idle = true;
	CHECK_INT(steps_until(&world, WISH_RELEASE), 2 * world.spec.cooldown_ns / SECOND_NS);
	policy_spec_done(&world.spec);
}

static void nobody_stays_nudged(void)
{
	struct world world;

	world_init(&world);
	for (int i = 0; i < 6; i++)
		(void)world_step(&world, 3000, 0, false);
	CHECK(world.value < 100);
	CHECK_INT(world_step(&world, 3000, 0, true), WISH_RESTORE);
	CHECK_INT(world.value, 100);
	for (int i = 0; i < 15; i++)
		(void)world_step(&world, 3000, 0, false);
	CHECK(world.value < 100);
	CHECK_INT(world_step(&world, 0, -ENOENT, false), WISH_RESTORE);
	CHECK_INT(world.value, 100);
	CHECK_INT(world_step(&world, 0, -ENOENT, false), WISH_NOTHING);
	policy_spec_done(&world.spec);
}

/* Whatever the signal does, once it is calm all is as it was. */
static void any_signal_ends_at_the_baseline(void)
{
	srand(2);
	for (int round = 0; round < 300; round++) {
		struct world world;

		world_init(&world);
		for (int i = 0; i < 200; i++)
			(void)world_step(&world, (uint64_t)rand() % 6000,
					 rand() % 20 ? 0 : -ENODATA, rand() % 30 == 0);
		for (int i = 0; i < 2 * 700 * 10 && world.value != 100; i++)
			(void)world_step(&world, 0, 0, false);
		CHECK_INT(world.value, 100);
		policy_spec_done(&world.spec);
	}
}

static bool has_item(const char *manual, const char *name)
{
	_cleanup_free_ char *item = text_format("\n.Cm %s", name);

	return item && strstr(manual, item);
}

/* One table, and the manual and the help of the key beside it. */
static void the_manual_has_every_name(void)
{
	const char *srcdir = getenv("srcdir");
	_cleanup_free_ char *path = text_format("%s/man/slicectl.conf.5", srcdir ? srcdir : "."),
			    *manual = NULL;
	const struct config_key *key = config_key_find(CONFIG_SECTION_POLICY, "action");
	size_t length;

	CHECK_FATAL(path && fd_read_all(AT_FDCWD, path, 1024 * 1024, &manual, &length) == 0);
	for (size_t i = 0; policy_action_at(i); i++) {
		CHECK(has_item(manual, policy_action_at(i)->name));
		CHECK_HAS(key->value, policy_action_at(i)->name);
	}
	for (size_t i = 0; tune_signal_at(i); i++)
		CHECK_HAS(manual, tune_signal_at(i)->name);
}

/* Forms of a signal, by the number of the half second. */
static uint64_t square(unsigned i)
{
	return i / 40 % 2 ? 4000 : 0;
}

static uint64_t sawtooth(unsigned i)
{
	return i % 60 * 70;
}

static uint64_t noise(unsigned i)
{
	return (uint64_t)rand() % 4000;
}

static uint64_t silence(unsigned i)
{
	return 0;
}

/* Half an hour of each form, and then silence. */
static void forms_are_ridden_out(void)
{
	static const struct {
		uint64_t (*form)(unsigned i);
		const char *action, *step;
	} cases[] = {
		{ square, "cpu_weight", "-25%" },       { sawtooth, "cpu_weight", "-25%" },
		{ noise, "cpu_weight", "-50%" },        { silence, "cpu_weight", "-25%" },
		{ square, "pressure_backoff", "-50%" }, { noise, "pressure_backoff", "-25%" },
	};

	srand(3);
	for (size_t c = 0; c < ELEMENTS(cases); c++) {
		struct policy_text text = whole_text();
		struct simulation simulation;
		struct policy_spec spec;
		uint64_t last_ns = 0;
		unsigned writes = 0;

		text.action = (char *)cases[c].action;
		text.step = (char *)cases[c].step;
		text.floor = NULL;
		CHECK_FATAL(policy_spec_parse(&text, &spec, NULL) == 0);
		simulation_begin(&simulation, &spec);
		for (unsigned i = 0; i < 2 * 1800 + 2 * 700 * 12; i++) {
			const struct strategy_sample sample = {
				.signal = i < 2 * 1800 ? cases[c].form(i) : 0,
				.now_ns = SECOND_NS + i * SECOND_NS / 2,
			};
			struct simulation_step step = simulation_take(&simulation, &sample, 5000);

			if (!step.changed)
				continue;
			writes++;
			/* What goes back for good does so at once. */
			CHECK(last_ns == 0 || step.wish == WISH_UNDO || step.wish == WISH_RESTORE ||
			      sample.now_ns >= last_ns + spec.cooldown_ns);
			CHECK(step.wish != WISH_NUDGE || step.new < step.old);
			CHECK(spec.action->n_levers > 1 || (step.new >= 10 && step.new <= 100));
			last_ns = sample.now_ns;
		}
		CHECK(cases[c].form == silence ? writes == 0 : writes < 1800 / 5);
		for (enum lever i = 0; i < _LEVER_MAX; i++)
			CHECK(simulation.levers[i].now == simulation.levers[i].first);
		policy_spec_done(&spec);
	}
}

/* The limits help a little, and a freeze lowers the signal to @frozen. */
static uint64_t backed_off(const struct simulation *simulation, uint64_t frozen)
{
	uint64_t signal = 4000;

	signal += simulation->levers[LEVER_CPU_MAX].now == LEVER_NO_LIMIT ? 1000 : 0;
	signal += simulation->levers[LEVER_MEMORY_HIGH].now == LEVER_NO_LIMIT ? 1000 : 0;
	signal += simulation->levers[LEVER_PIDS_MAX].now == LEVER_NO_LIMIT ? 1000 : 0;
	return simulation->levers[LEVER_FREEZE].now == 1 ? frozen : signal;
}

/* Half an hour of that; returns how often it froze. */
static unsigned count_freezes(uint64_t frozen)
{
	struct policy_text text = whole_text();
	struct simulation simulation;
	struct policy_spec spec;
	uint64_t since_ns = 0;
	unsigned freezes = 0;

	text.action = (char *)"pressure_backoff";
	text.floor = NULL;
	text.step = (char *)"-90%";
	text.freeze = (char *)"2s";
	CHECK_FATAL(policy_spec_parse(&text, &spec, NULL) == 0);
	simulation_begin(&simulation, &spec);
	for (unsigned i = 0; i < 2 * 1800; i++) {
		const struct strategy_sample sample = { .signal = backed_off(&simulation, frozen),
							.now_ns = SECOND_NS + i * SECOND_NS / 2 };
		struct simulation_step step = simulation_take(&simulation, &sample, 5000);

		if (!step.changed || step.lever != LEVER_FREEZE)
			continue;
		/* The limits come first, and nobody is frozen for longer. */
		CHECK(simulation.levers[LEVER_CPU_MAX].now == 500 &&
		      simulation.levers[LEVER_MEMORY_HIGH].now == 2500);
		CHECK(step.new == 1 || sample.now_ns == since_ns + 2 * SECOND_NS);
		freezes += step.new == 1;
		since_ns = sample.now_ns;
	}
	policy_spec_done(&spec);
	return freezes;
}

static void a_freeze_is_short(void)
{
	unsigned helping = count_freezes(1500), useless = count_freezes(4000);

	CHECK(helping > 100);
	/* After one that did not help there is a pause, which doubles. */
	CHECK(useless >= 2 && useless < 10);
}

static void a_budget_is_for_any_minute(void)
{
	struct allowance allowance = { 0 };
	uint64_t now_ns = 7000 * SECOND_NS;

	CHECK_INT(allowance_left(&allowance, 5000000, now_ns), 5000000);
	allowance_use(&allowance, 2000000, now_ns);
	allowance_use(&allowance, 1000000, now_ns + 30 * SECOND_NS);
	CHECK_INT(allowance_left(&allowance, 5000000, now_ns + 30 * SECOND_NS), 2000000);
	CHECK_INT(allowance_left(&allowance, 3000000, now_ns + 30 * SECOND_NS), 0);
	CHECK_INT(allowance_left(&allowance, 1000000, now_ns + 30 * SECOND_NS), 0);
	/* The first is forgotten when it is a minute old, and not before. */
	CHECK_INT(allowance_left(&allowance, 5000000, now_ns + 60 * SECOND_NS), 2000000);
	CHECK_INT(allowance_left(&allowance, 5000000, now_ns + 61 * SECOND_NS), 4000000);
	allowance_use(&allowance, 500000, now_ns + 61 * SECOND_NS);
	CHECK_INT(allowance_left(&allowance, 5000000, now_ns + 61 * SECOND_NS), 3500000);
	CHECK_INT(allowance_left(&allowance, 5000000, now_ns + 92 * SECOND_NS), 4500000);
	CHECK_INT(allowance_left(&allowance, 5000000, now_ns + 200 * SECOND_NS), 5000000);
	allowance_use(&allowance, 1, now_ns + 2000 * SECOND_NS);
	CHECK_INT(allowance_left(&allowance, 5000000, now_ns + 2000 * SECOND_NS), 4999999);
	/* 80 % of a CPU more for a second. */
	CHECK(allowance_lasts(&allowance, 800001, 8000, SECOND_NS, now_ns + 2000 * SECOND_NS));
	CHECK(!allowance_lasts(&allowance, 800000, 8000, SECOND_NS, now_ns + 2000 * SECOND_NS));
}

#define MIB UINT64_C(1048576)

struct idler {
	struct reclaim reclaim;
	struct policy_spec spec;
	struct reclaim_look look;
};

static void idler_init(struct idler *idler)
{
	struct policy_text text = whole_text();

	text.signal = (char *)"memory.some";
	text.above = (char *)"1%";
	text.below = (char *)"0.5%";
	text.lasting = (char *)"10s";
	text.action = (char *)"memory_reclaim";
	text.floor = (char *)"2M";
	*idler = (struct idler){ .look = { true, true, true, .memory = 8 * MIB,
					   .now_ns = SECOND_NS } };
	CHECK_FATAL(policy_spec_parse(&text, &idler->spec, NULL) == 0);
}

/* One look a second; returns the bytes that are asked for. */
static uint64_t idler_ask(struct idler *idler, enum verdict wanted)
{
	uint64_t bytes = 0;

	CHECK_INT(reclaim_ask(&idler->reclaim, &idler->spec, &idler->look, &bytes), wanted);
	idler->look.now_ns += SECOND_NS;
	return bytes;
}

static void only_the_idle_are_asked_for_memory(void)
{
	struct idler idler;

	idler_init(&idler);
	for (int i = 0; i < 10; i++)
		CHECK_INT(idler_ask(&idler, VERDICT_SUBJECT_BUSY), 0);
	CHECK_INT(idler_ask(&idler, VERDICT_OK), 2 * MIB);
	reclaim_done(&idler.reclaim, 0, 6 * MIB, idler.look.now_ns);
	for (int i = 0; i < 5; i++)
		CHECK_INT(idler_ask(&idler, VERDICT_COOLDOWN), 0);
	/* It wakes up: the time begins anew. */
	idler.look.cpu = 500;
	CHECK_INT(idler_ask(&idler, VERDICT_SUBJECT_BUSY), 0);
	idler.look.cpu = 0;
	for (int i = 0; i < 10; i++)
		CHECK_INT(idler_ask(&idler, VERDICT_SUBJECT_BUSY), 0);
	/* What is less than a step to the floor is all, and no more. */
	idler.look.memory = 5 * MIB / 2;
	CHECK_INT(idler_ask(&idler, VERDICT_OK), MIB / 2);
	idler.look.now_ns += 5 * SECOND_NS;
	idler.look.memory = 2 * MIB;
	CHECK_INT(idler_ask(&idler, VERDICT_BOUNDS), 0);
	policy_spec_done(&idler.spec);
}

static void pressure_ends_the_asking(void)
{
	struct idler idler;

	idler_init(&idler);
	idler.spec.lasting_ns = 0;
	idler.look.signal = 100;
	CHECK_INT(idler_ask(&idler, VERDICT_SUBJECT_BUSY), 0);
	/* Below the upper level is not yet below the lower one. */
	idler.look.signal = 70;
	CHECK_INT(idler_ask(&idler, VERDICT_SUBJECT_BUSY), 0);
	idler.look.signal = 40;
	CHECK_INT(idler_ask(&idler, VERDICT_OK), 2 * MIB);
	idler.look.now_ns += 5 * SECOND_NS;
	idler.look.has_signal = false;
	CHECK_INT(idler_ask(&idler, VERDICT_UNAVAILABLE), 0);
	idler.look.has_signal = true;
	idler.look.has_memory = false;
	CHECK_INT(idler_ask(&idler, VERDICT_UNAVAILABLE), 0);
	idler.look.has_memory = true;
	idler.look.has_cpu = false; /* it may be busy */
	CHECK_INT(idler_ask(&idler, VERDICT_SUBJECT_BUSY), 0);
	policy_spec_done(&idler.spec);
}

static void who_has_nothing_more_is_left_alone(void)
{
	static const uint64_t pauses[] = { 30, 60, 120, 240, 480, 600, 600 };
	struct idler idler;

	idler_init(&idler);
	idler.spec.lasting_ns = 0;
	for (size_t i = 0; i < ELEMENTS(pauses); i++) {
		CHECK_INT(idler_ask(&idler, VERDICT_OK), 2 * MIB);
		reclaim_done(&idler.reclaim, 0, 8 * MIB, idler.look.now_ns);
		idler.look.now_ns += (pauses[i] - 1) * SECOND_NS;
		CHECK_INT(idler_ask(&idler, VERDICT_COOLDOWN), 0);
	}
	CHECK_INT(idler_ask(&idler, VERDICT_OK), 2 * MIB);
	reclaim_done(&idler.reclaim, 0, 6 * MIB, idler.look.now_ns);
	idler.look.now_ns += 5 * SECOND_NS;
	CHECK_INT(idler_ask(&idler, VERDICT_OK), 2 * MIB);
	/* What runs has touched memory: the pause is over, and so is the time that it was idle. */
	reclaim_done(&idler.reclaim, 0, 8 * MIB, idler.look.now_ns);
	idler.look.cpu = 500;
	reclaim_follow(&idler.reclaim, &idler.spec, &idler.look);
	idler.look.cpu = 0;
	idler.look.now_ns += 5 * SECOND_NS;
	CHECK_INT(idler_ask(&idler, VERDICT_OK), 2 * MIB);
	/* Much memory is asked for piece by piece. */
	idler.look.memory = 4096 * MIB;
	reclaim_done(&idler.reclaim, 0, 0, idler.look.now_ns);
	idler.look.now_ns += 5 * SECOND_NS;
	CHECK_INT(idler_ask(&idler, VERDICT_OK), 64 * MIB);
	reclaim_done(&idler.reclaim, -EOPNOTSUPP, 0, idler.look.now_ns);
	idler.look.now_ns += 5 * SECOND_NS;
	CHECK_INT(idler_ask(&idler, VERDICT_UNAVAILABLE), 0);
	policy_spec_done(&idler.spec);
}

TEST_MAIN("tune", CASE(the_manual_has_every_name), CASE(forms_are_ridden_out),
	  CASE(a_freeze_is_short), CASE(levers_are_numbers), CASE(bounds_are_checked),
	  CASE(steps_are_planned), CASE(steps_end), CASE(gate_has_an_order),
	  CASE(policies_are_parsed), CASE(policies_are_refused), CASE(budgets_are_parsed),
	  CASE(signals_have_units), CASE(the_machine_has_only_pressure), CASE(pressure_must_last),
	  CASE(what_does_not_help_is_undone), CASE(only_the_idle_are_asked_for_memory),
	  CASE(pressure_ends_the_asking), CASE(who_has_nothing_more_is_left_alone),
	  CASE(what_has_helped_stays), CASE(a_budget_is_for_any_minute),
	  CASE(a_load_that_has_just_begun_is_known_later), CASE(the_way_back_is_tried),
	  CASE(the_first_step_back_waits_unless_the_subjects_are_idle), CASE(nobody_stays_nudged),
	  CASE(any_signal_ends_at_the_baseline))
