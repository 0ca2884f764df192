/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bench-rules: what a match costs with more and more rules, for a process that none of
 * them knows and for one that the last of them knows. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rule/rule.h"

enum { ROUNDS = 200000, REPEATS = 5 };

static ssize_t read_nothing(void *data, enum rule_key key, const char **ret_bytes)
{
	*ret_bytes = key == RULE_KEY_EXE ? data : "x";
	return (ssize_t)strlen(*ret_bytes);
}

/* Rules by name or by program, each with a second key that is asked for when the first
 * matches. */
static int make_rules(struct rule_set *rules, size_t count, enum rule_key key)
{
	rules->rules = calloc(count, sizeof(*rules->rules));
	rules->count = rules->rules ? count : 0;
	for (size_t i = 0; i < rules->count; i++) {
		struct rule *rule = &rules->rules[i];
		char name[32];

		(void)snprintf(name, sizeof(name), "name-%zu", i);
		rule->name = strdup(name);
		rule->values[key] = calloc(2, sizeof(char *));
		rule->values[RULE_KEY_ARGV] = calloc(2, sizeof(char *));
		if (!rule->name || !rule->values[key] || !rule->values[RULE_KEY_ARGV])
			return -1;
		rule->values[key][0] = strdup(name);
		rule->values[RULE_KEY_ARGV][0] = strdup("x");
	}
	return rules->rules ? rule_set_compile(rules) : -1;
}

static double cost(const struct rule_set *rules, const char *name)
{
	const struct rule_subject subject = {
		.pid = 1, .comm = name, .read = read_nothing, .data = (char *)name
	};
	double best = 0;

	for (int k = 0; k < REPEATS; k++) {
		uint64_t begun = clock_now_ns(CLOCK_PROCESS_CPUTIME_ID);
		double each;

		for (int i = 0; i < ROUNDS; i++)
			__asm__ volatile("" ::"r"(rule_match(rules, &subject)) : "memory");
		each = (double)(clock_now_ns(CLOCK_PROCESS_CPUTIME_ID) - begun) / ROUNDS;
		best = best == 0 || each < best ? each : best;
	}
	return best;
}

static int measure(enum rule_key key)
{
	double first_other = 0, first_last = 0;

	for (size_t n = 10; n <= 10000; n *= 10) {
		struct rule_set rules = { 0 };
		double other, last;
		char name[32];

		if (make_rules(&rules, n, key) < 0)
			return EXIT_FAILURE;
		(void)snprintf(name, sizeof(name), "name-%zu", n - 1);
		other = cost(&rules, "a-name-of-none");
		last = cost(&rules, name);
		first_other = first_other > 0 ? first_other : other;
		first_last = first_last > 0 ? first_last : last;
		(void)printf("%zu rules by %s: %.0f ns for a process that none knows, ratio %.2f; %.0f ns for one of the last, ratio %.2f\n",
			     n, rule_key_name(key), other, other / first_other, last,
			     last / first_last);
		rule_set_done(&rules);
	}
	return EXIT_SUCCESS;
}

int main(void)
{
	int status = measure(RULE_KEY_COMM);

	return status == EXIT_SUCCESS ? measure(RULE_KEY_EXE) : status;
}
