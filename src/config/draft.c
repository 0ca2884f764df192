/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/draft.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/spelling.h"
#include "base/text.h"
#include "cgroup/limit_name.h"
#include "cgroup/limits.h"
#include "cgroup/name.h"
#include "config/words.h"

#define PROBLEM(draft, position, ...)                                                          \
	problem_add((draft)->problems, (position)->file, (position)->line, (position)->column, \
		    __VA_ARGS__)

static char *origin_of(const struct position *position)
{
	return text_format("%s:%u", TEXT_ESCAPE(position->file), position->line);
}

static struct config_owner *draft_owner(struct config *config, const char *name)
{
	struct config_owner *grown;

	for (size_t i = 0; i < config->n_owners; i++) {
		if (text_equal(config->owners[i].name, name))
			return &config->owners[i];
	}
	grown = reallocarray(config->owners, config->n_owners + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	config->owners = grown;
	grown[config->n_owners] = (struct config_owner){ .name = strdup(name) };
	return grown[config->n_owners].name ? &grown[config->n_owners++] : NULL;
}

static struct config_slice *draft_slice(struct config *config, const char *path, char *origin)
{
	_cleanup_limits_ struct slicectl_limits *limits = NULL;
	_cleanup_free_ char *own_origin = origin;
	struct config_slice *grown;

	for (size_t i = 0; i < config->n_slices; i++) {
		if (text_equal(config->slices[i].path, path))
			return &config->slices[i];
	}
	limits = slicectl_limits_new();
	grown = reallocarray(config->slices, config->n_slices + 1, sizeof(*grown));
	if (grown)
		config->slices = grown;
	if (!grown || !limits || !origin)
		return NULL;
	grown += config->n_slices;
	*grown = (struct config_slice){ .path = strdup(path) };
	if (!grown->path)
		return NULL;
	grown->limits = TAKE_PTR(limits);
	grown->origin = TAKE_PTR(own_origin);
	config->n_slices++;
	return grown;
}

/* The three arrays of a rule grow together. */
static int grow_rules(struct config *config)
{
	size_t n = config->rules.count + 1;
	struct slicectl_limits **limits;
	struct rule *rules;
	char **origins;

	rules = reallocarray(config->rules.rules, n, sizeof(*rules));
	if (rules)
		config->rules.rules = rules;
	limits = reallocarray(config->rule_limits, n, sizeof(struct slicectl_limits *));
	if (limits)
		config->rule_limits = limits;
	origins = reallocarray(config->rule_origins, n, sizeof(*origins));
	if (origins)
		config->rule_origins = origins;
	return rules && limits && origins ? 0 : -ENOMEM;
}

/* Index of the rule, or -ENOMEM. */
static ssize_t draft_rule(struct config *config, const char *name, char *origin)
{
	_cleanup_limits_ struct slicectl_limits *limits = NULL;
	_cleanup_free_ char *own_name = NULL, *own_origin = origin;
	size_t i;

	for (i = 0; i < config->rules.count; i++) {
		if (text_equal(config->rules.rules[i].name, name))
			return (ssize_t)i;
	}
	limits = slicectl_limits_new();
	own_name = strdup(name);
	if (!limits || !own_name || !origin || grow_rules(config) < 0)
		return -ENOMEM;
	config->rules.rules[i] = (struct rule){ .name = TAKE_PTR(own_name),
						.timeout_usec = RULE_HOOK_TIMEOUT_USEC };
	config->rule_limits[i] = TAKE_PTR(limits);
	config->rule_origins[i] = TAKE_PTR(own_origin);
	config->rules.count++;
	return (ssize_t)i;
}

static struct config_watch *draft_watch(struct config *config, const char *name, char *origin)
{
	_cleanup_free_ char *own_origin = origin;
	struct config_watch *grown;

	for (size_t i = 0; i < config->n_watches; i++) {
		if (text_equal(config->watches[i].name, name))
			return &config->watches[i];
	}
	grown = reallocarray(config->watches, config->n_watches + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	config->watches = grown;
	grown += config->n_watches;
	*grown = (struct config_watch){ .name = strdup(name) };
	if (!grown->name || !origin) {
		free(grown->name);
		return NULL;
	}
	grown->origin = TAKE_PTR(own_origin);
	grown->hook = (struct rule){ .action = RULE_HOOK, .timeout_usec = RULE_HOOK_TIMEOUT_USEC };
	config->n_watches++;
	return grown;
}

static struct config_policy *draft_policy(struct config *config, const char *name, char *origin)
{
	_cleanup_free_ char *own_origin = origin;
	struct config_policy *grown;

	for (size_t i = 0; i < config->n_policies; i++) {
		if (text_equal(config->policies[i].name, name))
			return &config->policies[i];
	}
	grown = reallocarray(config->policies, config->n_policies + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	config->policies = grown;
	grown += config->n_policies;
	*grown = (struct config_policy){ .name = strdup(name) };
	if (!grown->name || !origin) {
		free(grown->name);
		return NULL;
	}
	grown->origin = TAKE_PTR(own_origin);
	config->n_policies++;
	return grown;
}

/* Splits "rule jvm" into its kind and its name ("" when it has none), in place. */
static enum config_section split_section(char *text, char **ret_name)
{
	char *kind = text_strip(text), *blank = kind + strcspn(kind, " \t");

	*ret_name = *blank ? text_strip(blank + 1) : blank;
	*blank = '\0';
	for (int i = 0; i < _CONFIG_SECTION_MAX; i++) {
		if (text_equal(kind, config_section_name((enum config_section)i)))
			return (enum config_section)i;
	}
	return CONFIG_SECTION_NONE;
}

/* Names of owners and rules appear in messages, scope names and the audit log. */
static bool check_plain_name(const struct draft *draft, const char *name,
			     const struct position *position)
{
	for (const char *c = name; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c)) {
			PROBLEM(draft, position,
				"the name '%s' may contain only letters, digits, '.', '_' and '-'",
				TEXT_ESCAPE(name));
			return false;
		}
	}
	return true;
}

static bool check_section_name(const struct draft *draft, enum config_section section,
			       const char *name, const struct position *position)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (section == CONFIG_SECTION_SUPERVISOR || section == CONFIG_SECTION_ACTIVITY) {
		if (*name)
			PROBLEM(draft, position, "[%s] takes no name", config_section_name(section));
		return *name == '\0';
	}
	if (*name == '\0') {
		PROBLEM(draft, position, "[%s NAME] has no name", config_section_name(section));
		return false;
	}
	if (section != CONFIG_SECTION_SLICE)
		return check_plain_name(draft, name, position);
	if (name_check_slice(name, &error) < 0) {
		PROBLEM(draft, position, "%s", error.message);
		return false;
	}
	return true;
}

static int enter_section(struct draft *draft, enum config_section section, const char *name,
			 const struct position *position)
{
	struct config *config = draft->config;
	ssize_t rule;

	switch (section) {
	case CONFIG_SECTION_SUPERVISOR:
		draft->target = &config->supervisor;
		break;
	case CONFIG_SECTION_ACTIVITY:
		draft->target = &config->activity;
		break;
	case CONFIG_SECTION_OWNER:
		draft->target = draft_owner(config, name);
		break;
	case CONFIG_SECTION_SLICE:
		draft->target = draft_slice(config, name, origin_of(position));
		break;
	case CONFIG_SECTION_RULE:
		rule = draft_rule(config, name, origin_of(position));
		draft->rule = (size_t)rule;
		draft->target = rule < 0 ? NULL : &config->rules.rules[rule];
		break;
	case CONFIG_SECTION_WATCH:
		draft->target = draft_watch(config, name, origin_of(position));
		break;
	case CONFIG_SECTION_POLICY:
		draft->target = draft_policy(config, name, origin_of(position));
		break;
	default:
		draft->target = NULL;
	}
	draft->section = section;
	return draft->target ? 0 : -ENOMEM;
}

static bool note_seen(struct draft *draft, const char *section, const struct position *position)
{
	_cleanup_free_ char *quoted = text_format("\"%s\"", section);

	for (char **seen = draft->seen; seen && *seen; seen++) {
		if (text_equal(*seen, section)) {
			PROBLEM(draft, position, "[%s] appears twice in this file",
				TEXT_ESCAPE(section));
			return false;
		}
	}
	if (quoted && words_append(&draft->seen, quoted) == 0)
		return true;
	draft->problems->is_cut = true;
	return false;
}

static const char *section_at(size_t index, const void *data)
{
	return index < _CONFIG_SECTION_MAX ? config_section_name((enum config_section)index) : NULL;
}

static void draft_begin_section(void *data, const char *text, const struct position *position)
{
	_cleanup_free_ char *copy = strdup(text);
	struct draft *draft = data;
	enum config_section section;
	char *name;

	draft->section = CONFIG_SECTION_NONE;
	if (!copy) {
		draft->problems->is_cut = true;
		return;
	}
	section = split_section(copy, &name);
	if (section == CONFIG_SECTION_NONE) {
		PROBLEM(draft, position,
			"unknown section [%s]; use [supervisor], [activity], [owner NAME], [slice PATH], [rule NAME], [watch NAME] or [policy NAME]%s",
			TEXT_ESCAPE(text), SPELLING_HINT(spelling_nearest(copy, section_at, NULL)));
		return;
	}
	if (!check_section_name(draft, section, name, position) || !note_seen(draft, text, position))
		return;
	if (enter_section(draft, section, name, position) < 0) {
		draft->section = CONFIG_SECTION_NONE;
		PROBLEM(draft, position, "out of memory");
	}
}

static struct slicectl_limits *limits_of(const struct draft *draft)
{
	if (draft->section == CONFIG_SECTION_RULE)
		return draft->config->rule_limits[draft->rule];
	return ((struct config_slice *)draft->target)->limits;
}

/* The names of the keys of one section. */
static const char *key_at(size_t index, const void *data)
{
	const enum config_section *section = data;
	const struct config_key *key;

	for (size_t i = 0; (key = config_key_at(i)); i++) {
		if (key->section == *section && index-- == 0)
			return key->name;
	}
	return NULL;
}

/* The section that has the key, for one that was written in another. */
static enum config_section section_of(const char *name)
{
	for (int i = 0; i < _CONFIG_SECTION_MAX; i++) {
		if (config_key_find((enum config_section)i, name))
			return (enum config_section)i;
	}
	return CONFIG_SECTION_NONE;
}

static void report_unknown_key(const struct draft *draft, const char *name,
			       const struct position *position)
{
	const char *nearest = spelling_nearest(name, key_at, &draft->section);
	enum config_section other = section_of(name);

	if (other != CONFIG_SECTION_NONE)
		PROBLEM(draft, position, "unknown key '%s' in [%s]; it is a key of [%s]", name,
			config_section_name(draft->section), config_section_name(other));
	else
		PROBLEM(draft, position, "unknown key '%s' in [%s]%s", TEXT_ESCAPE(name),
			config_section_name(draft->section), SPELLING_HINT(nearest));
}

static void take_limit(const struct draft *draft, const char *name, const char *value,
		       const struct position *position, const struct position *at_name)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (limit_name_check(name, &error) < 0)
		PROBLEM(draft, at_name, "%s", error.message);
	else if (slicectl_limits_set(limits_of(draft), name, value, &error) < 0)
		PROBLEM(draft, position, "%s", error.message);
}

static void note_refused(struct draft *draft)
{
	const struct config_watch *watch = draft->target;
	const struct config_policy *policy = draft->target;
	const char *name = draft->section == CONFIG_SECTION_RULE ?
				   draft->config->rules.rules[draft->rule].name :
			   draft->section == CONFIG_SECTION_WATCH  ? watch->name :
			   draft->section == CONFIG_SECTION_POLICY ? policy->name :
								     NULL;

	if (name && words_add(&draft->refused, name) < 0)
		draft->problems->is_cut = true;
}

static void draft_take_key(void *data, const char *name, const char *value,
			   const struct position *position)
{
	const struct position at_name = { position->file, position->line, 1 };
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct draft *draft = data;
	const struct config_key *key;

	if (draft->section == CONFIG_SECTION_NONE)
		return;
	key = config_key_find(draft->section, name);
	if (key && key->set(draft->target, value, &error) < 0) {
		PROBLEM(draft, position, "%s: %s", name, error.message);
		note_refused(draft);
	} else if (!key && config_section_has_limits(draft->section) && strchr(name, '.'))
		take_limit(draft, name, value, position, &at_name);
	else if (!key)
		report_unknown_key(draft, name, &at_name);
}

int draft_read_file(struct draft *draft, const char *file)
{
	const struct reader_handler handler = { draft_begin_section, draft_take_key, draft };
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	if (words_include(draft->skipped, file))
		return 0;
	r = reader_open(file, &fd, &error);
	if (r == -ENOENT)
		return r;
	if (words_add(&draft->files, file) < 0) {
		draft->problems->is_cut = true;
		return 0;
	}
	if (r < 0) {
		problem_add(draft->problems, file, 0, 0, "%s", error.message);
		return 0;
	}
	log_debug("reading %s", file);
	draft->section = CONFIG_SECTION_NONE;
	r = reader_parse_fd(fd, file, &handler, draft->problems, &text);
	draft->seen = words_free(draft->seen);
	if (r == 0)
		r = words_add(&draft->texts, text ? text : "");
	if (r < 0)
		problem_add(draft->problems, file, 0, 0, "cannot be read: %s", strerror(-r));
	return 0;
}

int draft_read_text(struct draft *draft, const char *text, const char *name)
{
	const struct reader_handler handler = { draft_begin_section, draft_take_key, draft };
	int r;

	draft->section = CONFIG_SECTION_NONE;
	r = reader_parse_text(text, strlen(text), name, &handler, draft->problems);
	draft->seen = words_free(draft->seen);
	return r;
}

int draft_add_defaults(struct draft *draft)
{
	struct config *config = draft->config;
	const struct slicectl_slice *slices;
	struct config_slice *slice;
	size_t n;

	if (!draft_owner(config, SLICECTL_OWNER_PACT) ||
	    !draft_owner(config, SLICECTL_OWNER_WORKLOAD))
		return -ENOMEM;
	slices = slicectl_default_slices(&n);
	if (config->n_slices > 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		slice = draft_slice(config, slices[i].path, strdup("built in"));
		if (!slice)
			return -ENOMEM;
		if (slices[i].owner && !(slice->owner = strdup(slices[i].owner)))
			return -ENOMEM;
	}
	return 0;
}
