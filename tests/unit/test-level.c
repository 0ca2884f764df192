/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/level.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "observe/change_text.h"
#include "observe/pace.h"
#include "observe/process_use.h"
#include "observe/watch_spec.h"
#include "test.h"

static const struct resource *get(const char *name)
{
	const struct resource *resource = resource_find(name);

	CHECK_FATAL(resource != NULL);
	return resource;
}

/* The rule of the patch series that this follows: to be at the level is to be above it. */
static void crosses(void)
{
	static const struct {
		uint64_t old, new, level;
		enum crossing crossing;
	} cases[] = {
		{ 9, 10, 10, CROSSING_UP },    /* lands on it */
		{ 10, 11, 10, CROSSING_NONE }, /* was there already */
		{ 10, 10, 10, CROSSING_NONE }, /* no change */
		{ 9, 9, 10, CROSSING_NONE },
		{ 0, 40, 10, CROSSING_UP },    /* jumps over it */
		{ 11, 10, 10, CROSSING_NONE }, /* lands on it from above: not below yet */
		{ 10, 9, 10, CROSSING_DOWN },  /* strictly below */
		{ 40, 0, 10, CROSSING_DOWN },  /* jumps over it */
		{ 9, 0, 10, CROSSING_NONE },
		{ UINT64_MAX, 0, 1, CROSSING_DOWN }, /* wraps to 0 */
		{ 0, UINT64_MAX, UINT64_MAX, CROSSING_UP },
		{ 0, 1, 1, CROSSING_UP },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++)
		CHECK_INT(level_crossing(cases[i].old, cases[i].new, cases[i].level),
			  cases[i].crossing);
}

/* From sample to sample it is the same rule. */
static void samples_cross_as_values_do(void)
{
	for (uint64_t old = 0; old < 6; old++) {
		for (uint64_t new = 0; new < 6; new ++) {
			struct level_state state = { 0 };

			CHECK_INT(level_take(&state, old, 3, 0), CROSSING_NONE);
			CHECK_INT(level_take(&state, new, 3, 0), level_crossing(old, new, 3));
		}
	}
}

static void hysteresis_holds_it_up(void)
{
	struct level_state state = { 0 };

	(void)level_take(&state, 0, 100, 10);
	CHECK_INT(level_take(&state, 99, 100, 10), CROSSING_NONE);
	CHECK_INT(level_take(&state, 100, 100, 10), CROSSING_UP);
	CHECK_INT(level_take(&state, 95, 100, 10), CROSSING_NONE);
	CHECK_INT(level_take(&state, 100, 100, 10), CROSSING_NONE);
	CHECK_INT(level_take(&state, 90, 100, 10), CROSSING_NONE); /* not more than that below */
	CHECK_INT(level_take(&state, 89, 100, 10), CROSSING_DOWN);
	CHECK_INT(level_take(&state, 95, 100, 10), CROSSING_NONE);
	CHECK_INT(level_take(&state, 100, 100, 10), CROSSING_UP);
	CHECK_INT(level_take(&state, 0, 100, 1000), CROSSING_NONE); /* never: more than the level */
}

static void the_first_value_crosses_nothing(void)
{
	struct level_state state = { 0 };

	CHECK_INT(level_take(&state, 500, 100, 0), CROSSING_NONE);
	CHECK_INT(level_take(&state, 99, 100, 0), CROSSING_DOWN);
}

static void directions(void)
{
	CHECK(level_tells(LEVEL_BOTH, CROSSING_UP) && level_tells(LEVEL_BOTH, CROSSING_DOWN));
	CHECK(level_tells(LEVEL_UP, CROSSING_UP) && !level_tells(LEVEL_UP, CROSSING_DOWN));
	CHECK(!level_tells(LEVEL_DOWN, CROSSING_UP) && level_tells(LEVEL_DOWN, CROSSING_DOWN));
	CHECK(!level_tells(LEVEL_BOTH, CROSSING_NONE));
}

static void levels_are_read(void)
{
	static const struct {
		const char *resource, *text;
		int code;
		enum level_kind kind;
		uint64_t value;
	} cases[] = {
		{ "nofile", "20", 0, LEVEL_VALUE, 20 },
		{ "nofile", "80%", 0, LEVEL_OF_LIMIT, 8000 },
		{ "nofile", "100%", 0, LEVEL_OF_LIMIT, 10000 },
		{ "nofile", "change", 0, LEVEL_CHANGE, 0 },
		{ "memory.current", "512M", 0, LEVEL_VALUE, UINT64_C(512) << 20 },
		{ "memory.current", "90%", 0, LEVEL_OF_LIMIT, 9000 },
		{ "cpu", "150%", 0, LEVEL_VALUE, 15000 },
		{ "io", "20M", 0, LEVEL_VALUE, UINT64_C(20) << 20 },
		{ "pressure.io", "12.5%", 0, LEVEL_VALUE, 1250 },
		{ "idle", "5min", 0, LEVEL_VALUE, UINT64_C(300000000) },
		{ "oom_kill", "1", 0, LEVEL_VALUE, 1 },
		{ "oom_kill", "change", 0, LEVEL_CHANGE, 0 },
		{ "nofile", "101%", -EINVAL, LEVEL_VALUE, 0 },
		{ "nofile", "0", -EINVAL, LEVEL_VALUE, 0 },
		{ "nofile", "0%", -EINVAL, LEVEL_VALUE, 0 },
		{ "nofile", "-1", -EINVAL, LEVEL_VALUE, 0 },
		{ "nofile", "", -EINVAL, LEVEL_VALUE, 0 },
		{ "nofile", "18446744073709551615", -EINVAL, LEVEL_VALUE, 0 },
		{ "nofile", "20M", -EINVAL, LEVEL_VALUE, 0 },
		{ "threads", "80%", -EINVAL, LEVEL_VALUE, 0 }, /* no limit to be a part of */
		{ "oom_kill", "80%", -EINVAL, LEVEL_VALUE, 0 },
		{ "cpu", "80", -EINVAL, LEVEL_VALUE, 0 },
		{ "cpu", "change", -EINVAL, LEVEL_VALUE, 0 },
		{ "pressure.io", "100.01%", -EINVAL, LEVEL_VALUE, 0 },
		{ "rss", "change", -EINVAL, LEVEL_VALUE, 0 },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct slicectl_error error = SLICECTL_ERROR_INIT;
		struct level level = { 0 };
		int r = level_parse(get(cases[i].resource), cases[i].text, &level, &error);

		CHECK_INT(r, cases[i].code);
		CHECK_INT(level.kind, cases[i].kind);
		CHECK_INT(level.value, cases[i].value);
		if (r < 0)
			CHECK_HAS(error.message, cases[i].resource);
	}
}

static void percentages_of_limits(void)
{
	const struct level most = { LEVEL_OF_LIMIT, 8000 }, whole = { LEVEL_OF_LIMIT, 10000 },
			   least = { LEVEL_OF_LIMIT, 1 }, value = { LEVEL_VALUE, 7 };
	uint64_t level = 0;

	CHECK(level_resolve(&most, 1024, &level));
	CHECK_INT(level, 820); /* 819.2 is reached with 820 */
	CHECK(level_resolve(&whole, UINT64_MAX - 1, &level));
	CHECK_INT(level, UINT64_MAX - 1);
	CHECK(level_resolve(&least, 10, &level));
	CHECK_INT(level, 1);
	CHECK(level_resolve(&whole, 0, &level));
	CHECK_INT(level, 1); /* nothing is below 0 */
	CHECK(!level_resolve(&most, UINT64_MAX, &level));
	CHECK(level_resolve(&value, UINT64_MAX, &level));
	CHECK_INT(level, 7);
}

static int parse(const char *subject, const char *resource, const char *level,
		 struct watch_spec *spec, struct slicectl_error *error)
{
	const struct watch_text text = {
		(char *)subject, (char *)resource, (char *)level, NULL, NULL, false
	};

	return watch_spec_parse(&text, spec, error);
}

static void subjects_are_read(void)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct watch_spec spec, other;

	CHECK_INT(parse("12", "nofile", "3", &spec, &error), 0);
	CHECK_INT(spec.subject.kind, SUBJECT_PROCESS);
	CHECK_INT(spec.subject.pid, 12);
	CHECK(spec.inherits);
	CHECK_INT(parse("family:12", "nofile", "3", &other, &error), 0);
	CHECK_INT(other.subject.kind, SUBJECT_FAMILY);
	CHECK(!watch_spec_equal(&spec, &other));
	CHECK_INT(parse("family:jvm", "processes", "3", &spec, &error), 0);
	CHECK_INT(spec.subject.kind, SUBJECT_RULE);
	CHECK_TEXT(spec.subject.name, "jvm");
	CHECK_INT(parse("a.slice/b.slice", "pids.current", "3", &spec, &error), 0);
	CHECK_INT(spec.subject.kind, SUBJECT_CGROUP);
	CHECK_INT(parse("a.slice/job", "cpu", "30%", &spec, &error), 0);
	CHECK_INT(parse("a.slice/job", "cpu", "30%", &other, &error), 0);
	CHECK(watch_spec_equal(&spec, &other));
}

static void wrong_watches_are_refused(void)
{
	static const char *const cases[][4] = {
		{ "jvm", "nofile", "3", "neither a pid" },
		{ "family:", "nofile", "3", "name of a rule" },
		{ "family:a/b", "nofile", "3", "name of a rule" },
		{ "0", "nofile", "3", "not a process id" },
		{ "99999999999", "nofile", "3", "not a process id" },
		{ "12", "nofle", "3", "did you mean nofile?" },
		{ "12", "memory.current", "3", "name a slice" },
		{ "12", "idle", "3", "is of a family" },
		{ "a.slice", "nofile", "3", "name a pid" },
		{ "family:jvm", "memory.current", "3", "name a slice" },
		{ "12", "nofile", "many", "a number" },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct slicectl_error error = SLICECTL_ERROR_INIT;
		struct watch_spec spec;

		CHECK_INT(parse(cases[i][0], cases[i][1], cases[i][2], &spec, &error), -EINVAL);
		CHECK_HAS(error.message, cases[i][3]);
	}
}

static void hysteresis_is_for_samples(void)
{
	struct watch_text text = { (char *)"a.slice", (char *)"oom_kill",
				   (char *)"2",       NULL,
				   (char *)"1",       false };
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct watch_spec spec;

	CHECK_INT(watch_spec_parse(&text, &spec, &error), -EINVAL);
	CHECK_HAS(error.message, "not sampled");
	text.resource = (char *)"pids.current";
	CHECK_INT(watch_spec_parse(&text, &spec, &error), 0);
	CHECK_INT(spec.hysteresis.value, 1);
	text.hysteresis = (char *)"2";
	CHECK_INT(watch_spec_parse(&text, &spec, &error), -EINVAL);
	CHECK_HAS(error.message, "is never below a level of 2");
	text.hysteresis = (char *)"many";
	CHECK_INT(watch_spec_parse(&text, &spec, &error), -EINVAL);
	CHECK_HAS(error.message, "not a hysteresis of pids.current");
	text.hysteresis = (char *)"0%";
	CHECK_INT(watch_spec_parse(&text, &spec, &error), 0);
	text.direction = (char *)"sideways";
	CHECK_INT(watch_spec_parse(&text, &spec, &error), -EINVAL);
}

static void values_have_units(void)
{
	char out[RESOURCE_TEXT_SIZE];

	CHECK_TEXT(resource_text(get("nofile"), 820, out), "820");
	CHECK_TEXT(resource_text(get("rss"), 1023, out), "1023");
	CHECK_TEXT(resource_text(get("rss"), 1536, out), "1.5K");
	CHECK_TEXT(resource_text(get("rss"), UINT64_C(3) << 30, out), "3G");
	CHECK_TEXT(resource_text(get("rss"), UINT64_MAX, out), "1.5E");
	CHECK_TEXT(resource_text(get("cpu"), 8025, out), "80.25%");
	CHECK_TEXT(resource_text(get("io"), 2048, out), "2K/s");
	CHECK_TEXT(resource_text(get("idle"), 3250000, out), "3.250s");
}

#define MS UINT64_C(1000000)

static void the_pace_follows_the_distance(void)
{
	const struct resource *nofile = get("nofile");
	struct pace pace = { 0 };

	pace_take(&pace, 100, 200 * MS);
	CHECK_INT(pace_wait_ns(&pace, nofile, 900) / MS, 10); /* it is new */
	pace_take(&pace, 100, 600 * MS);
	CHECK_INT(pace_wait_ns(&pace, nofile, 900) / MS, 100);
	pace_take(&pace, 100, 9000 * MS);
	CHECK_INT(pace_wait_ns(&pace, nofile, 900) / MS, 2000); /* it has not moved for long */
	pace_take(&pace, 100, 10000 * MS);
	CHECK_INT(pace_wait_ns(&pace, nofile, 16) / MS, 10);   /* near */
	pace_take(&pace, 200, 10100 * MS);                     /* 1,000 a second */
	CHECK_INT(pace_wait_ns(&pace, nofile, 800) / MS, 400); /* half of the way */
	CHECK_INT(pace_wait_ns(&pace, nofile, 20) / MS, 10);
	CHECK_INT(pace_wait_ns(&pace, nofile, UINT64_MAX) / MS, 2000);
	pace_take(&pace, 200, 10200 * MS); /* the fastest is remembered */
	CHECK(pace_wait_ns(&pace, nofile, 800) / MS < 450);
	pace_take(&pace, 200, 180000 * MS); /* for a minute */
	CHECK_INT(pace_wait_ns(&pace, nofile, 800) / MS, 2000);
	pace_take(&pace, UINT64_MAX, 180001 * MS); /* nothing overflows */
	CHECK_INT(pace_wait_ns(&pace, nofile, UINT64_MAX - 1) / MS, 500);
	pace_take(&pace, 0, 50000 * MS); /* a clock that was set back */
	CHECK(pace_wait_ns(&pace, nofile, 800) >= 10 * MS);
}

static const char status[] =
	"Name:\tVmRSS: 7 kB\nVmSize:\t   20 kB\nVmRSS:\t  12 kB\nThreads:\t3\nSigQ:\t2/63455\n";

static void status_is_read(void)
{
	uint64_t value = 0;

	CHECK_INT(process_use_parse_status(status, "VmRSS", &value), 0);
	CHECK_INT(value, 12 * 1024); /* not what the name of the program pretends */
	CHECK_INT(process_use_parse_status(status, "SigQ", &value), 0);
	CHECK_INT(value, 2);
	CHECK_INT(process_use_parse_status(status, "VmLck", &value), -ENODATA);
	CHECK_INT(process_use_parse_status("VmLck:\n", "VmLck", &value), -EINVAL);
	CHECK_INT(process_use_parse_status("", "VmLck", &value), -ENODATA);
}

static void times_are_read(void)
{
	uint64_t usec = 0;

	CHECK_INT(process_use_parse_time("12 (a) S 1 2) R 1 12 12 0 -1 4194304 5 6 7 8 150 50 3 4 20 0 1 0 9\n",
					 &usec),
		  0);
	CHECK_INT(usec, 2000000 * 100 / sysconf(_SC_CLK_TCK));
	CHECK_INT(process_use_parse_time("12 (a) S 1", &usec), -EINVAL);
	CHECK_INT(process_use_parse_time("", &usec), -EINVAL);
}

static const char limits[] =
	"Limit                     Soft Limit           Hard Limit           Units     \n"
	"Max resident set          unlimited            unlimited            bytes     \n"
	"Max open files            1024                 524288               files     \n";

static void limits_are_read(void)
{
	uint64_t limit = 0;

	CHECK_INT(process_use_parse_limit(limits, RLIMIT_NOFILE, &limit), 0);
	CHECK_INT(limit, 1024);
	CHECK_INT(process_use_parse_limit(limits, RLIMIT_RSS, &limit), 0);
	CHECK_INT(limit, UINT64_MAX);
	CHECK_INT(process_use_parse_limit(limits, RLIMIT_AS, &limit), -EINVAL);
	CHECK_INT(process_use_parse_limit(limits, RLIMIT_CPU, &limit), -EINVAL);
}

/* Each resource is in the man page. */
static void the_manual_has_every_resource(void)
{
	const char *srcdir = getenv("srcdir");
	_cleanup_free_ char *path = text_format("%s/man/slicectl.conf.5", srcdir ? srcdir : ".");
	_cleanup_free_ char *text = NULL, *section = NULL;
	const struct resource *resource;
	size_t length;
	char *begin;

	CHECK_FATAL(path && fd_read_all(AT_FDCWD, path, 1 << 20, &text, &length) == 0);
	begin = strstr(text, "\n.Sh RESOURCES\n");
	CHECK_FATAL(begin != NULL);
	section = strndup(begin, (size_t)(strstr(begin + 1, "\n.Sh ") - begin));
	for (size_t i = 0; (resource = resource_at(i)); i++) {
		bool found = false;

		for (char *line = strstr(section, "\n.It Cm "); line && !found;
		     line = strstr(line + 1, "\n.It Cm ")) {
			_cleanup_free_ char *item = strndup(line + 8, strcspn(line + 8, "\n"));

			for (char *rest = item, *word; (word = strsep(&rest, " ,"));)
				found = found || strcmp(word, resource->name) == 0;
		}
		if (!found)
			(void)printf("\n    slicectl.conf(5) lacks %s", resource->name);
		CHECK(found);
	}
}

static void changes_are_told(void)
{
	static const struct {
		struct value_change change;
		const char *text;
	} cases[] = {
		{ { CHANGE_UP, 700, 820, 819 }, "rose from 700 to 820, level 819" },
		{ { CHANGE_DOWN, 820, 700, 819 }, "fell from 820 to 700, level 819" },
		{ { CHANGE_ANY, 5, 6, 0 }, "rose from 5 to 6" },
		/* The limit was raised, or lowered, and with it the level. */
		{ { CHANGE_DOWN, 30, 30, 100 }, "is 30, now below level 100" },
		{ { CHANGE_DOWN, 30, 31, 100 }, "is 31, now below level 100" },
		{ { CHANGE_UP, 30, 30, 20 }, "is 30, now at or above level 20" },
		{ { CHANGE_DOWN, 30, 30, 0 }, "is 30, and its limit is not set any more" },
	};
	char text[CHANGE_TEXT_SIZE];

	for (size_t i = 0; i < ELEMENTS(cases); i++)
		CHECK_TEXT(change_text(get("nofile"), &cases[i].change, text), cases[i].text);
}

TEST_MAIN("level", CASE(changes_are_told), CASE(crosses), CASE(samples_cross_as_values_do),
	  CASE(hysteresis_holds_it_up), CASE(the_first_value_crosses_nothing), CASE(directions),
	  CASE(levels_are_read), CASE(percentages_of_limits), CASE(subjects_are_read),
	  CASE(wrong_watches_are_refused), CASE(hysteresis_is_for_samples), CASE(values_have_units),
	  CASE(the_pace_follows_the_distance), CASE(status_is_read), CASE(times_are_read),
	  CASE(limits_are_read), CASE(the_manual_has_every_resource))
