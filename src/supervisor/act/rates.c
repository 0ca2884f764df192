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

struct budget {
	struct rate rate;
	uint64_t told_ns; /* when its end was last reported; 0: never */
};

struct rule_budgets {
	char *rule;
	struct budget actions; /* of a hook: its runs */
	struct budget kills;   /* its share of all kills */
	struct rule_budgets *next;
};

struct user_budget {
	uid_t uid;
	struct budget kills;
	uint64_t last_ns;
	struct user_budget *next;
};

struct rates {
	struct rule_budgets *rules;
	struct user_budget *users;
	struct budget kills; /* of all rules */
};

static void rule_budgets_free(struct rule_budgets *budgets)
{
	rate_done(&budgets->actions.rate);
	rate_done(&budgets->kills.rate);
	free(budgets->rule);
	free(budgets);
}

static void user_budget_free(struct user_budget *budget)
{
	rate_done(&budget->kills.rate);
	free(budget);
}

static struct rule_budgets *budgets_of_rule(struct rates *rates, const char *rule)
{
	struct rule_budgets *budgets;

	LL_FOREACH (rates->rules, budgets) {
		if (text_equal(budgets->rule, rule))
			return budgets;
	}
	budgets = calloc(1, sizeof(*budgets));
	if (!budgets)
		return NULL;
	budgets->rule = strdup(rule);
	if (!budgets->rule) {
		rule_budgets_free(budgets);
		return NULL;
	}
	LL_PREPEND(rates->rules, budgets);
	return budgets;
}

/* A user of whose processes none was killed within a minute has his whole share again. */
static void forget_users(struct rates *rates, uint64_t now_ns)
{
	struct user_budget *budget, *next;

	LL_FOREACH_SAFE (rates->users, budget, next) {
		if (now_ns < budget->last_ns + MINUTE_NS)
			continue;
		LL_DELETE(rates->users, budget);
		user_budget_free(budget);
	}
}

static struct user_budget *budget_of_user(struct rates *rates, uid_t uid, uint64_t now_ns)
{
	struct user_budget *budget;

	LL_SEARCH_SCALAR(rates->users, budget, uid, uid);
	if (!budget) {
		forget_users(rates, now_ns);
		budget = calloc(1, sizeof(*budget));
		if (!budget)
			return NULL;
		budget->uid = uid;
		LL_PREPEND(rates->users, budget);
	}
	budget->last_ns = now_ns;
	return budget;
}

/* Whether something is left of @budget. */
static bool has_left(struct budget *budget, uint64_t now_ns, uint64_t span_ns,
		     struct rates_refusal *ret_refusal)
{
	uint64_t next_ns = rate_next_ns(&budget->rate, now_ns, span_ns);

	if (next_ns <= now_ns)
		return true;
	ret_refusal->again_ns = next_ns;
	ret_refusal->tell = budget->told_ns == 0 || now_ns >= budget->told_ns + MINUTE_NS;
	if (ret_refusal->tell)
		budget->told_ns = now_ns;
	return false;
}

uint64_t rates_share_of_rule(uint64_t max_kills)
{
	return max_kills - max_kills / 4;
}

uint64_t rates_share_of_user(uint64_t max_kills)
{
	return max_kills - max_kills / 2;
}

static const char waits[] = "what matches meanwhile waits";

static int check_rule(struct rule_budgets *budgets, const struct rule *rule, uint64_t now_ns,
		      struct rates_refusal *ret_refusal, struct slicectl_error *error)
{
	if (has_left(&budgets->actions, now_ns, MINUTE_NS, ret_refusal))
		return 0;
	return error_set(error, EPERM,
			 "rule %s has acted %zu times within a minute, which is the limit set by its max-per-minute; %s",
			 rule->name, rule->max_per_minute, waits);
}

static int check_kills(struct rates *rates, struct rule_budgets *budgets, struct user_budget *user,
		       const struct rates_question *question, uint64_t now_ns,
		       struct rates_refusal *ret_refusal, struct slicectl_error *error)
{
	if (!has_left(&rates->kills, now_ns, MINUTE_NS, ret_refusal))
		return error_set(error, EPERM,
				 "%llu families were killed within a minute, which is the limit set by max-kills-per-minute; %s",
				 (unsigned long long)question->max_kills, waits);
	if (user && !has_left(&user->kills, now_ns, MINUTE_NS, ret_refusal))
		return error_set(error, EPERM,
				 "%llu families of uid %u were killed within a minute, which is what one user may use of max-kills-per-minute; %s",
				 (unsigned long long)rates_share_of_user(question->max_kills),
				 (unsigned)question->uid, waits);
	if (!has_left(&budgets->kills, now_ns, MINUTE_NS, ret_refusal))
		return error_set(error, EPERM,
				 "rule %s has killed %llu families within a minute, which is what one rule may use of max-kills-per-minute; %s",
				 budgets->rule,
				 (unsigned long long)rates_share_of_rule(question->max_kills),
				 waits);
	return 0;
}

static int set_limits(struct rates *rates, struct rule_budgets *budgets, struct user_budget *user,
		      const struct rates_question *question)
{
	uint64_t max_kills = question->max_kills;
	int r = rate_set_limit(&budgets->actions.rate,
			       question->action->family->rule->max_per_minute);

	if (question->action->kind != ACTION_KILL)
		return r;
	if (r == 0)
		r = rate_set_limit(&rates->kills.rate, max_kills);
	if (r == 0)
		r = rate_set_limit(&budgets->kills.rate, rates_share_of_rule(max_kills));
	if (r == 0 && user)
		r = rate_set_limit(&user->kills.rate, rates_share_of_user(max_kills));
	return r;
}

static int check_action(struct rates *rates, const struct rates_question *question, uint64_t now_ns,
			struct rates_refusal *ret_refusal, struct slicectl_error *error)
{
	const struct rule *rule = question->action->family->rule;
	struct rule_budgets *budgets = budgets_of_rule(rates, rule->name);
	bool kills = question->action->kind == ACTION_KILL;
	bool has_share = kills && question->max_kills > 0 && question->uid != 0 &&
			 question->uid != (uid_t)-1;
	struct user_budget *user = has_share ? budget_of_user(rates, question->uid, now_ns) : NULL;
	int r;

	if (!budgets || set_limits(rates, budgets, user, question) < 0) {
		ret_refusal->again_ns = now_ns + CLOCK_NSEC_PER_SEC;
		return error_set(error, ENOMEM, "out of memory; it is tried again");
	}
	r = check_rule(budgets, rule, now_ns, ret_refusal, error);
	if (r == 0 && kills)
		r = check_kills(rates, budgets, user, question, now_ns, ret_refusal, error);
	if (r < 0)
		return r;
	rate_count(&budgets->actions.rate, now_ns);
	if (kills) {
		rate_count(&rates->kills.rate, now_ns);
		rate_count(&budgets->kills.rate, now_ns);
		if (user)
			rate_count(&user->kills.rate, now_ns);
	}
	return 0;
}

/* A hook that has to run again and again does not solve the problem. */
static int check_hook(struct rates *rates, const struct action *action, uint64_t now_ns,
		      struct rates_refusal *ret_refusal, struct slicectl_error *error)
{
	struct rule_budgets *budgets = budgets_of_rule(rates, action->rule);

	if (!budgets || rate_set_limit(&budgets->actions.rate, HOOKS_MAX) < 0)
		return error_set(error, ENOMEM, "out of memory");
	if (has_left(&budgets->actions, now_ns, HOOKS_SPAN_NS, ret_refusal)) {
		rate_count(&budgets->actions.rate, now_ns);
		return 0;
	}
	ret_refusal->again_ns = 0;
	return error_set(error, EPERM,
			 "the hook of %s has run %d times within ten minutes; it does not seem to help, so it is not run for now",
			 action->rule, (int)HOOKS_MAX);
}

int rates_check(struct rates *rates, const struct rates_question *question, uint64_t now_ns,
		struct rates_refusal *ret_refusal, struct slicectl_error *error)
{
	const struct action *action = question->action;

	*ret_refusal = (struct rates_refusal){ .tell = true };
	if (action->kind == ACTION_HOOK)
		return check_hook(rates, action, now_ns, ret_refusal, error);
	if (action->kind != ACTION_PLACE && action->kind != ACTION_KILL)
		return 0;
	return check_action(rates, question, now_ns, ret_refusal, error);
}

struct rates *rates_new(void)
{
	return calloc(1, sizeof(struct rates));
}

struct rates *rates_free(struct rates *rates)
{
	if (!rates)
		return NULL;
	while (rates->rules) {
		struct rule_budgets *budgets = rates->rules;

		LL_DELETE(rates->rules, budgets);
		rule_budgets_free(budgets);
	}
	while (rates->users) {
		struct user_budget *budget = rates->users;

		LL_DELETE(rates->users, budget);
		user_budget_free(budget);
	}
	rate_done(&rates->kills.rate);
	free(rates);
	return NULL;
}
