/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/draft.h"
#include "config/dropin.h"
#include "config/people.h"
#include "config/words.h"

static const char *const directories[] = {
	"/usr/lib/slicectl",
	"/etc/slicectl",
	"/run/slicectl",
};

static int read_standard_paths(struct draft *draft, const char *root)
{
	_cleanup_words_ char **dropins = NULL;
	int r;

	for (size_t i = 0; i < ELEMENTS(directories); i++) {
		_cleanup_free_ char *file = text_format("%s%s/slicectl.conf", root, directories[i]);

		if (!file)
			return -ENOMEM;
		(void)draft_read_file(draft, file);
	}
	r = dropin_list(root, directories, ELEMENTS(directories), &dropins);
	for (char **file = dropins; r == 0 && file && *file; file++)
		(void)draft_read_file(draft, *file);
	return r;
}

static int read_loaded(struct draft *draft, const struct config_source *source)
{
	int r = 0;

	for (size_t i = 0; r == 0 && source->loaded_files[i]; i++) {
		r = words_add(&draft->files, source->loaded_files[i]);
		if (r == 0)
			r = draft_read_text(draft, source->loaded_texts[i], source->loaded_files[i]);
	}
	return r;
}

static int read_all(struct draft *draft, const struct config_source *source)
{
	if (source->loaded_files)
		return read_loaded(draft, source);
	if (!source->file)
		return read_standard_paths(draft, source->root);
	if (draft_read_file(draft, source->file) == -ENOENT)
		problem_add(draft->problems, source->file, 0, 0, "the file does not exist");
	return 0;
}

static struct config *new_config(void)
{
	struct config *config = calloc(1, sizeof(*config));

	if (!config)
		return NULL;
	config->supervisor.poll_interval = CONFIG_POLL_INTERVAL_USEC;
	config->supervisor.canary_interval = CONFIG_CANARY_INTERVAL_USEC;
	config->supervisor.metrics_interval = CONFIG_METRICS_INTERVAL_USEC;
	config->activity.idle_threshold = CONFIG_IDLE_THRESHOLD_USEC;
	config->activity.interval = CONFIG_ACTIVITY_INTERVAL_USEC;
	config->supervisor.max_processes = CONFIG_MAX_PROCESSES;
	config->supervisor.max_kills_per_minute = CONFIG_MAX_KILLS_PER_MINUTE;
	return config;
}

/* Called when every file has been read. */
static int load_complete(struct draft *draft)
{
	int r = draft_add_defaults(draft);

	if (r < 0)
		return r;
	draft_finish(draft);
	if (draft->problems->is_cut)
		return -ENOMEM;
	return draft->problems->count > 0 ? -EBADMSG : 0;
}

/* @before may be NULL, and @skipped too: files that are not read.  Adds the files that were read to
 * @files unless that is NULL. */
static int load_within(const struct config_source *source, const struct accounts *before,
		       uint64_t timeout_usec, char *const *skipped, char ***files,
		       struct config **ret_config, struct problem_list *problems)
{
	_cleanup_config_ struct config *config = new_config();
	struct draft draft = { .config = config, .problems = problems, .skipped = skipped };
	int r = config ? read_all(&draft, source) : -ENOMEM;

	if (files)
		*files = draft.files;
	else if (config)
		config->files = draft.files;
	if (config)
		config->texts = draft.texts;
	if (r == 0)
		r = load_complete(&draft);
	(void)words_free(draft.refused);
	if (r == 0)
		r = rule_set_compile(&config->rules);
	if (r == 0)
		r = people_look_up(config, before, timeout_usec);
	if (r < 0)
		return r;
	*ret_config = TAKE_PTR(config);
	return 0;
}

int config_load(const struct config_source *source, struct config **ret_config,
		struct problem_list *problems)
{
	return load_within(source, NULL, CONFIG_LOOKUP_USEC, NULL, NULL, ret_config, problems);
}

int config_load_again(const struct config_source *source, const struct accounts *before,
		      struct config **ret_config, struct problem_list *problems)
{
	return load_within(source, before, CONFIG_RELOAD_LOOKUP_USEC, NULL, NULL, ret_config,
			   problems);
}

static bool has_problem(const struct problem_list *problems, const char *file)
{
	size_t length = strlen(file);

	for (size_t i = 0; i < problems->count; i++) {
		if (strncmp(problems->lines[i], file, length) == 0 &&
		    problems->lines[i][length] == ':')
			return true;
	}
	return false;
}

/* Adds the files that have problems to @skipped: the number of them, or -ENOMEM. */
static int skip_broken(char *const *files, const struct problem_list *problems, char ***skipped)
{
	int n = 0;

	for (; files && *files; files++) {
		if (!has_problem(problems, *files))
			continue;
		if (words_add(skipped, *files) < 0)
			return -ENOMEM;
		n++;
	}
	return n;
}

static int load_without(const struct config_source *source, char ***skipped,
			struct config **ret_config)
{
	_cleanup_problems_ struct problem_list problems = { 0 };
	_cleanup_words_ char **files = NULL;
	int r = load_within(source, NULL, CONFIG_LOOKUP_USEC, *skipped, &files, ret_config,
			    &problems);
	int n = r == -EBADMSG ? skip_broken(files, &problems, skipped) : 0;

	if (n < 0 || r != -EBADMSG)
		return n < 0 ? n : r;
	/* A problem of no file: only what is built in is left. */
	if (n == 0 && files && *files)
		for (char **file = files; *file && n >= 0; file++)
			n = words_add(skipped, *file);
	return n < 0 ? n : -EBADMSG;
}

static void keep_text(char **text, char **later)
{
	if (!*later)
		return;
	free(*text);
	*text = TAKE_PTR(*later);
}

/* Where the tree is, and where records go: taken from the broken files, too, because a command
 * must not end something in another tree, or without a record. */
static int keep_places(const struct config_source *source, struct config *config)
{
	_cleanup_problems_ struct problem_list problems = { 0 };
	_cleanup_config_ struct config *broken = new_config();
	struct draft draft = { .config = broken, .problems = &problems };
	int r = broken ? read_all(&draft, source) : -ENOMEM;

	(void)words_free(draft.files);
	(void)words_free(draft.texts);
	(void)words_free(draft.refused);
	if (r == 0) {
		keep_text(&config->supervisor.base, &broken->supervisor.base);
		keep_text(&config->supervisor.audit_log, &broken->supervisor.audit_log);
	}
	return r;
}

int config_load_good(const struct config_source *source, struct config **ret_config,
		     struct problem_list *problems)
{
	_cleanup_words_ char **skipped = NULL;
	int r = config_load(source, ret_config, problems);
	size_t before = 0, n;

	/* A file that is skipped may leave another one with a problem: a rule without its slice. */
	while (r == -EBADMSG) {
		r = load_without(source, &skipped, ret_config);
		n = words_count(skipped);
		if (r == -EBADMSG && n == before)
			break;
		before = n;
	}
	return r == 0 && before > 0 ? keep_places(source, *ret_config) : r;
}

int config_check_text(const char *text, const char *name, struct problem_list *problems)
{
	_cleanup_config_ struct config *config = new_config();
	struct draft draft = { .config = config, .problems = problems };
	int r = config ? draft_read_text(&draft, text, name) : -ENOMEM;

	if (r == 0)
		r = load_complete(&draft);
	(void)words_free(draft.refused);
	return r;
}
