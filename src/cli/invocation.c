/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/invocation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "cli/command.h"

static int set_quiet(void *target, const struct option_row *row, const char *value,
		     struct slicectl_error *error)
{
	log_setup("slicectl", LOG_LEVEL_ERROR);
	return option_row_set_flag(target, row, value, error);
}

static int set_verbose(void *target, const struct option_row *row, const char *value,
		       struct slicectl_error *error)
{
	log_setup("slicectl", LOG_LEVEL_DEBUG);
	return 0;
}

static int set_help(void *target, const struct option_row *row, const char *value,
		    struct slicectl_error *error)
{
	((struct invocation *)target)->mode = INVOCATION_HELP;
	return 0;
}

static int set_version(void *target, const struct option_row *row, const char *value,
		       struct slicectl_error *error)
{
	((struct invocation *)target)->mode = INVOCATION_VERSION;
	return 0;
}

#define MEMBER(name) offsetof(struct invocation, name)

const struct option_row invocation_rows[] = {
	{ "config", 'c', "FILE", "read FILE instead of the standard places", option_row_set_text,
	  MEMBER(config_file) },
	{ "root", 0, "DIR", "prefix of /usr/lib, /etc, /run, /proc and cgroup2",
	  option_row_set_text, MEMBER(root) },
	{ "cgroup-root", 0, "DIR", "base of the hierarchy (default: as configured)",
	  option_row_set_text, MEMBER(cgroup_root) },
	{ "json", 0, NULL, "print one JSON object", option_row_set_flag, MEMBER(json) },
	{ "as", 0, "OWNER", "act as this owner", option_row_set_text, MEMBER(as_owner) },
	{ "quiet", 'q', NULL, "print nothing but errors", set_quiet, MEMBER(quiet) },
	{ "verbose", 'v', NULL, "print debug messages too", set_verbose, 0 },
	{ "help", 'h', NULL, "print this help and exit", set_help, 0 },
	{ "version", 0, NULL, "print the version and exit", set_version, 0 },
	{ 0 },
};

int invocation_prepare(struct invocation *invocation, const struct option_group *group)
{
	if (!group)
		return 0;
	invocation->options = calloc(1, group->size);
	if (!invocation->options)
		return -ENOMEM;
	if (group->defaults)
		memcpy(invocation->options, group->defaults, group->size);
	return 0;
}

int invocation_take(struct invocation *invocation, int id, const char *value,
		    struct slicectl_error *error)
{
	const struct option_group *group = invocation->command ? invocation->command->options : NULL;
	const struct option_row *own = group ? group->rows : NULL, *row;
	size_t n = option_row_count(own), i = (size_t)id;

	row = i < n ? &own[i] : &invocation_rows[i - n];
	return row->set(i < n ? invocation->options : invocation, row, value, error);
}

void invocation_done(struct invocation *invocation)
{
	if (invocation->options && invocation->command->options->done)
		invocation->command->options->done(invocation->options);
	free(invocation->options);
	slicectl_hierarchy_free(invocation->hierarchy);
	config_free(invocation->config);
	cleanup_close(&invocation->lock_fd);
}
