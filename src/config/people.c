/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/people.h"

#include <errno.h>
#include <stdlib.h>

#include "base/text.h"
#include "config/words.h"

static const struct {
	enum rule_key key;
	enum account_kind kind;
} rule_keys[] = {
	{ RULE_KEY_USER, ACCOUNT_USER },
	{ RULE_KEY_GROUP, ACCOUNT_GROUP },
	{ RULE_KEY_MEMBER, ACCOUNT_MEMBER },
};

/* Called with each list of users or groups; -errno ends the walk. */
typedef int people_visit(struct config *config, struct config_people *people);

static int visit_people(struct config *config, people_visit *visit)
{
	int r = visit(config, &config->supervisor.readers);

	if (r == 0)
		r = visit(config, &config->supervisor.emergency);
	for (size_t i = 0; r == 0 && i < config->n_owners; i++)
		r = visit(config, &config->owners[i].people);
	return r;
}

static int collect_words(struct config *config, enum account_kind kind, char *const *words)
{
	int r = 0;

	for (; r == 0 && words && *words; words++)
		r = accounts_add(&config->accounts, kind, *words);
	return r;
}

static int collect_people(struct config *config, struct config_people *people)
{
	int r = collect_words(config, ACCOUNT_USER, people->users);

	return r < 0 ? r : collect_words(config, ACCOUNT_GROUP, people->groups);
}

static int collect(struct config *config)
{
	int r = visit_people(config, collect_people);

	for (size_t i = 0; i < config->rules.count; i++) {
		for (size_t k = 0; r == 0 && k < ELEMENTS(rule_keys); k++)
			r = collect_words(config, rule_keys[k].kind,
					  config->rules.rules[i].values[rule_keys[k].key]);
	}
	return r;
}

static int number_words(const struct accounts *accounts, enum account_kind kind, char *const *words,
			uint32_t **ret_ids, size_t *ret_n)
{
	uint32_t *ids = calloc(words_count(words) + 1, sizeof(*ids));
	size_t n = 0;

	if (!ids)
		return -ENOMEM;
	for (; words && *words; words++) {
		const struct account *account = accounts_find(accounts, kind, *words);

		if (account && account->known)
			ids[n++] = account->id;
	}
	free(*ret_ids);
	*ret_ids = ids;
	*ret_n = n;
	return 0;
}

static int settle_people(struct config *config, struct config_people *people)
{
	int r = number_words(&config->accounts, ACCOUNT_USER, people->users, &people->uids,
			     &people->n_uids);

	return r < 0 ? r :
		       number_words(&config->accounts, ACCOUNT_GROUP, people->groups, &people->gids,
				    &people->n_gids);
}

static size_t count_ids(const struct accounts *accounts, enum account_kind kind, char *const *words)
{
	size_t n = 0;

	for (; *words; words++) {
		const struct account *account = accounts_find(accounts, kind, *words);

		n += account && account->known ? 1 + account->n_members : 0;
	}
	return n;
}

static int append_account(char **ids, size_t *n, const struct account *account)
{
	ids[(*n)++] = text_format("%u", account->id);
	for (size_t i = 0; i < account->n_members && ids[*n - 1]; i++)
		ids[(*n)++] = text_format("u%u", account->members[i]);
	return ids[*n - 1] ? 0 : -ENOMEM;
}

static int settle_key(const struct accounts *accounts, enum account_kind kind, char *const *words,
		      char ***ret_ids)
{
	_cleanup_words_ char **ids = calloc(count_ids(accounts, kind, words) + 1, sizeof(char *));
	size_t n = 0;
	int r = ids ? 0 : -ENOMEM;

	for (; r == 0 && *words; words++) {
		const struct account *account = accounts_find(accounts, kind, *words);

		if (account && account->known)
			r = append_account(ids, &n, account);
	}
	if (r < 0)
		return r;
	(void)words_free(*ret_ids);
	*ret_ids = TAKE_PTR(ids);
	return 0;
}

int people_settle(struct config *config)
{
	int r = visit_people(config, settle_people);

	for (size_t i = 0; i < config->rules.count; i++) {
		struct rule *rule = &config->rules.rules[i];

		for (size_t k = 0; r == 0 && k < ELEMENTS(rule_keys); k++) {
			enum rule_key key = rule_keys[k].key;

			if (rule->values[key])
				r = settle_key(&config->accounts, rule_keys[k].kind,
					       rule->values[key], &rule->ids[key]);
		}
	}
	return r;
}

static void warn_account(struct problem_list *warnings, const char *origin, const char *whose,
			 const struct account *account, const char *effect)
{
	const char *noun = account_noun(account->kind);

	if (!account->known)
		problem_add(warnings, origin, 0, 0,
			    account->answered ?
				    "%s: there is no %s '%s' on this machine; %s until slicectld finds one" :
				    "%s: the user database has not answered in time whether there is a %s '%s'; %s until slicectld finds one",
			    whose, noun, TEXT_ESCAPE(account->word), effect);
	else if (account->ambiguous)
		problem_add(warnings, origin, 0, 0,
			    "%s: %s '%s' is the name of number %u, and %s is the number of another %s; the name is taken, write +%s for the number",
			    whose, noun, account->word, account->id, account->word, noun,
			    account->word);
}

static void warn_words(const struct config *config, struct problem_list *warnings,
		       const char *origin, const char *whose, enum account_kind kind,
		       char *const *words, const char *effect)
{
	for (; words && *words; words++) {
		const struct account *account = accounts_find(&config->accounts, kind, *words);

		if (account)
			warn_account(warnings, origin, whose, account, effect);
	}
}

static void warn_people(const struct config *config, struct problem_list *warnings,
			const char *section, const char *whose, const struct config_people *people)
{
	static const char effect[] = "nobody is taken for it";

	warn_words(config, warnings, section, whose, ACCOUNT_USER, people->users, effect);
	warn_words(config, warnings, section, whose, ACCOUNT_GROUP, people->groups, effect);
}

static void warn_rule(const struct config *config, struct problem_list *warnings, size_t i)
{
	const struct rule *rule = &config->rules.rules[i];
	_cleanup_free_ char *whose = text_format("rule %s", rule->name);

	for (size_t k = 0; whose && k < ELEMENTS(rule_keys); k++)
		warn_words(config, warnings, config->rule_origins[i], whose, rule_keys[k].kind,
			   rule->values[rule_keys[k].key],
			   rule_waits(rule) ? "the rule is off" :
					      "the rule goes on with the others");
}

void people_warn(const struct config *config, struct problem_list *warnings)
{
	warn_people(config, warnings, "[supervisor]", "readers", &config->supervisor.readers);
	warn_people(config, warnings, "[supervisor]", "emergency-users",
		    &config->supervisor.emergency);
	for (size_t i = 0; i < config->n_owners; i++) {
		_cleanup_free_ char *whose = text_format("owner %s", config->owners[i].name);

		if (whose)
			warn_people(config, warnings, "[owner]", whose, &config->owners[i].people);
	}
	for (size_t i = 0; i < config->rules.count; i++)
		warn_rule(config, warnings, i);
}

/* Answers that @before has are copied, not moved, because it stays in force when the new
 * configuration is refused. */
static int inherit(struct config *config, const struct accounts *before)
{
	_cleanup_accounts_ struct accounts copy = { 0 };
	int r = before ? accounts_copy(before, &copy) : 0;

	(void)accounts_take(&config->accounts, &copy);
	return r;
}

int people_look_up(struct config *config, const struct accounts *before, uint64_t timeout_usec)
{
	int r = collect(config);

	if (r < 0)
		return r;
	accounts_ask_within(&config->accounts, timeout_usec);
	r = inherit(config, before);
	if (r == 0)
		r = people_settle(config);
	if (r == 0)
		people_warn(config, &config->warnings);
	return r;
}
