/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/rates.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "rule/rate.h"

#define MINUTE_NS (60 * CLOCK_NSEC_PER_SEC)
#define HOOKS_SPAN_NS (600 * CLOCK_NSEC_PER_SEC)

enum { HOOKS_MAX = 3 };

/* The actions of one rule in the last period. */
struct rule_rate {
	char *rule;
	struct rate rate;
	struct rule_rate *next;
};

struct rates {
	struct rule_rate *list;
	struct rate kills; /* of all rules */
};

static struct rule_rate *rate_of(struct rates *rates, const char *rule)
{
	struct rule_rate *rate;

	LL_FOREACH (rates->list, rate) {
		if (text_equal(rate->rule, rule))
			return rate;
	}
	rate = calloc(1, sizeof(*rate));
	if (rate)
		rate->rule = strdup(rule);
	if (!rate || !rate->rule) {
		free(rate);
		return NULL;
	}
	LL_PREPEND(rates->list, rate);
	return rate;
}

static int check_rule(struct rates *rates, const struct rule *rule, uint64_t now,
		      struct slicectl_error *error)
{
	struct rule_rate *rate;

	if (rule->max_per_minute == 0)
		return 0;
	rate = rate_of(rates, rule->name);
	if (!rate || rate_set_limit(&rate->rate, rule->max_per_minute) < 0)
		return error_set(error, ENOMEM, "out of memory");
	if (rate_allow(&rate->rate, now, MINUTE_NS))
		return 0;
	return error_set(error, EPERM,
			 "rule %s has acted %zu times within a minute, which is the limit set by its max-per-minute",
			 rule->name, rule->max_per_minute);
}

static int check_kills(struct rates *rates, uint64_t limit, uint64_t now,
		       struct slicectl_error *error)
{
	if (rate_set_limit(&rates->kills, limit) < 0)
		return error_set(error, ENOMEM, "out of memory");
	if (rate_allow(&rates->kills, now, MINUTE_NS))
		return 0;
	return error_set(error, EPERM,
			 "%llu families were killed within a minute, which is the limit set by max-kills-per-minute",
			 (unsigned long long)limit);
}

/* A hook that has to run again and again does not solve the problem. */
static int check_hook(struct rates *rates, const struct action *action, uint64_t now,
		      struct slicectl_error *error)
{
	struct rule_rate *rate = rate_of(rates, action->rule);

	if (!rate || rate_set_limit(&rate->rate, HOOKS_MAX) < 0)
		return error_set(error, ENOMEM, "out of memory");
	if (!rate_allow(&rate->rate, now, HOOKS_SPAN_NS))
		return error_set(error, EPERM,
				 "the hook of rule %s has run %d times within ten minutes; it does not seem to help, so it is not run for now",
				 action->rule, (int)HOOKS_MAX);
	return 0;
}

int rates_check(struct rates *rates, const struct action *action, uint64_t max_kills,
		uint64_t now_ns, struct slicectl_error *error)
{
	int r;

	if (action->kind == ACTION_HOOK)
		return check_hook(rates, action, now_ns, error);
	if (action->kind != ACTION_PLACE && action->kind != ACTION_KILL)
		return 0;
	r = check_rule(rates, action->family->rule, now_ns, error);
	return r == 0 && action->kind == ACTION_KILL ? check_kills(rates, max_kills, now_ns, error) :
						       r;
}

struct rates *rates_new(void)
{
	return calloc(1, sizeof(struct rates));
}

struct rates *rates_free(struct rates *rates)
{
	struct rule_rate *rate, *next;

	if (!rates)
		return NULL;
	LL_FOREACH_SAFE (rates->list, rate, next) {
		rate_done(&rate->rate);
		free(rate->rule);
		free(rate);
	}
	rate_done(&rates->kills);
	free(rates);
	return NULL;
}
