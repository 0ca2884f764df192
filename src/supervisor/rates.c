/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/rates.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

#define MINUTE_NS (60 * CLOCK_NSEC_PER_SEC)
#define HOOKS_SPAN_NS (600 * CLOCK_NSEC_PER_SEC)

enum { HOOKS_MAX = 3 };

static struct rule_rate *rate_of(struct supervisor *supervisor, const char *rule)
{
	struct rule_rate *rate;

	LL_FOREACH (supervisor->rates, rate) {
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
	LL_PREPEND(supervisor->rates, rate);
	return rate;
}

static int check_rule(struct supervisor *supervisor, const struct rule *rule, uint64_t now,
		      struct slicectl_error *error)
{
	struct rule_rate *rate;

	if (rule->max_per_minute == 0)
		return 0;
	rate = rate_of(supervisor, rule->name);
	if (!rate || rate_set_limit(&rate->rate, rule->max_per_minute) < 0)
		return error_set(error, ENOMEM, "out of memory");
	if (rate_allow(&rate->rate, now, MINUTE_NS))
		return 0;
	return error_set(error, EPERM,
			 "rule %s has acted %zu times within a minute, as often as its max-per-minute allows",
			 rule->name, rule->max_per_minute);
}

static int check_kills(struct supervisor *supervisor, uint64_t now, struct slicectl_error *error)
{
	uint64_t limit = supervisor->config->supervisor.max_kills_per_minute;

	if (rate_set_limit(&supervisor->kills, limit) < 0)
		return error_set(error, ENOMEM, "out of memory");
	if (rate_allow(&supervisor->kills, now, MINUTE_NS))
		return 0;
	return error_set(error, EPERM,
			 "%llu families were killed within a minute, as many as max-kills-per-minute allows",
			 (unsigned long long)limit);
}

/* what is set right by a hook again and again is not set right. */
static int check_hook(struct supervisor *supervisor, const struct action *action, uint64_t now,
		      struct slicectl_error *error)
{
	struct rule_rate *rate = rate_of(supervisor, action->rule);

	if (!rate || rate_set_limit(&rate->rate, HOOKS_MAX) < 0)
		return error_set(error, ENOMEM, "out of memory");
	if (!rate_allow(&rate->rate, now, HOOKS_SPAN_NS))
		return error_set(error, EPERM,
				 "the hook of rule %s has run %d times within ten minutes; it does not seem to help, and is not run again so soon",
				 action->rule, (int)HOOKS_MAX);
	return 0;
}

int rates_check(struct supervisor *supervisor, const struct action *action,
		struct slicectl_error *error)
{
	uint64_t now = view_now_ns(&supervisor->view);
	int r;

	if (action->kind == ACTION_HOOK)
		return check_hook(supervisor, action, now, error);
	if (action->kind != ACTION_PLACE && action->kind != ACTION_KILL)
		return 0;
	r = check_rule(supervisor, action->family->rule, now, error);
	return r == 0 && action->kind == ACTION_KILL ? check_kills(supervisor, now, error) : r;
}

void rates_done(struct supervisor *supervisor)
{
	struct rule_rate *rate, *next;

	LL_FOREACH_SAFE (supervisor->rates, rate, next) {
		rate_done(&rate->rate);
		free(rate->rule);
		free(rate);
	}
	supervisor->rates = NULL;
	rate_done(&supervisor->kills);
}
