/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/config.h"

#include <errno.h>
#include <stdlib.h>

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

static int read_all(struct draft *draft, const struct config_source *source)
{
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
	return draft->problems->count > 0 ? -EBADMSG : 0;
}

/* @before may be NULL. */
static int load_within(const struct config_source *source, const struct config *before,
		       uint64_t timeout_usec, struct config **ret_config,
		       struct problem_list *problems)
{
	_cleanup_config_ struct config *config = new_config();
	struct draft draft = { .config = config, .problems = problems };
	int r = config ? read_all(&draft, source) : -ENOMEM;

	if (r == 0)
		r = load_complete(&draft);
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
	return load_within(source, NULL, CONFIG_LOOKUP_USEC, ret_config, problems);
}

int config_load_again(const struct config_source *source, const struct config *before,
		      struct config **ret_config, struct problem_list *problems)
{
	return load_within(source, before, CONFIG_RELOAD_LOOKUP_USEC, ret_config, problems);
}

int config_check_text(const char *text, const char *name, struct problem_list *problems)
{
	_cleanup_config_ struct config *config = new_config();
	struct draft draft = { .config = config, .problems = problems };
	int r = config ? draft_read_text(&draft, text, name) : -ENOMEM;

	return r == 0 ? load_complete(&draft) : r;
}
