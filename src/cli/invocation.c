/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/invocation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/text.h"

#define DELAY_MIN_USEC UINT64_C(100000)
#define DELAY_MAX_USEC UINT64_C(3600000000)
#define TIMEOUT_DEFAULT_USEC UINT64_C(10000000)

const struct option_spec invocation_global_options[] = {
	{ OPTION_CONFIG, "config", 'c', "FILE", "read FILE instead of the standard places" },
	{ OPTION_ROOT, "root", 0, "DIR",
	  "prefix of /usr/lib, /etc, /run, /proc and the cgroup mount" },
	{ OPTION_CGROUP_ROOT, "cgroup-root", 0, "DIR",
	  "base of the hierarchy; default: as configured" },
	{ OPTION_JSON, "json", 0, NULL, "print one JSON object" },
	{ OPTION_AS, "as", 0, "OWNER", "act as this owner" },
	{ OPTION_QUIET, "quiet", 'q', NULL, "print nothing but errors" },
	{ OPTION_VERBOSE, "verbose", 'v', NULL, "also what helps to find faults" },
	{ OPTION_HELP, "help", 'h', NULL, "print this help and exit" },
	{ OPTION_VERSION, "version", 0, NULL, "print the version and exit" },
	{ 0 },
};

/* Interface files that have an option of their own. */
static const struct {
	enum option_id option;
	const char *file;
} limit_options[] = {
	{ OPTION_MEMORY_MAX, "memory.max" }, { OPTION_MEMORY_HIGH, "memory.high" },
	{ OPTION_CPU_WEIGHT, "cpu.weight" }, { OPTION_CPU_MAX, "cpu.max" },
	{ OPTION_IO_MAX, "io.max" },         { OPTION_PIDS_MAX, "pids.max" },
};

int invocation_take_setting(struct invocation *invocation, const char *text,
			    struct slicectl_error *error)
{
	const char *equals = strchr(text, '=');
	_cleanup_free_ char *file = NULL;

	if (!equals)
		return error_set(error, EINVAL, "'%s' is not FILE=VALUE", TEXT_ESCAPE(text));
	file = strndup(text, (size_t)(equals - text));
	if (!file)
		return error_set(error, ENOMEM, "out of memory");
	return slicectl_limits_set(invocation->limits, file, equals + 1, error);
}

int invocation_take_pid(struct invocation *invocation, const char *text,
			struct slicectl_error *error)
{
	pid_t *grown, pid;

	if (parse_pid(text, &pid) < 0)
		return error_set(error, EINVAL, "'%s' is not a process id", TEXT_ESCAPE(text));
	grown = reallocarray(invocation->pids, invocation->n_pids + 1, sizeof(*grown));
	if (!grown)
		return error_set(error, ENOMEM, "out of memory");
	invocation->pids = grown;
	grown[invocation->n_pids++] = pid;
	return 0;
}

/* Options whose value is kept as it is; NULL for others. */
static const char **text_of(struct invocation *invocation, int id)
{
	switch (id) {
	case OPTION_CONFIG:
		return &invocation->config_file;
	case OPTION_ROOT:
		return &invocation->root;
	case OPTION_CGROUP_ROOT:
		return &invocation->cgroup_root;
	case OPTION_AS:
		return &invocation->as_owner;
	case OPTION_COMM:
		return &invocation->comm;
	case OPTION_EXE:
		return &invocation->exe;
	case OPTION_ARGV:
		return &invocation->argv;
	case OPTION_ENV:
		return &invocation->env;
	case OPTION_USER:
		return &invocation->user;
	case OPTION_REASON:
		return &invocation->reason;
	case OPTION_SORT:
		return &invocation->sort;
	default:
		return NULL;
	}
}

static int take_limit(struct invocation *invocation, int id, const char *value,
		      struct slicectl_error *error)
{
	for (size_t i = 0; i < ELEMENTS(limit_options); i++) {
		if ((int)limit_options[i].option == id)
			return slicectl_limits_set(invocation->limits, limit_options[i].file, value,
						   error);
	}
	return error_set(error, EINVAL, "option without a meaning");
}

int invocation_take(struct invocation *invocation, int id, const char *value,
		    struct slicectl_error *error)
{
	const char **text = text_of(invocation, id);

	if (text) {
		*text = value;
		return 0;
	}
	switch (id) {
	case OPTION_JSON:
		invocation->json = true;
		return 0;
	case OPTION_QUIET:
		invocation->quiet = true;
		log_setup("slicectl", LOG_LEVEL_ERROR);
		return 0;
	case OPTION_VERBOSE:
		log_setup("slicectl", LOG_LEVEL_DEBUG);
		return 0;
	case OPTION_DRY_RUN:
		invocation->dry_run = true;
		return 0;
	case OPTION_TIMEOUT:
		invocation->has_timeout = true;
		if (parse_duration(value, &invocation->timeout_usec) < 0)
			return error_set(error, EINVAL,
					 "--timeout: '%s' is no time span such as 500ms, 10s or 2min",
					 TEXT_ESCAPE(value));
		return 0;
	case OPTION_DELAY:
		if (parse_duration(value, &invocation->delay_usec) < 0 ||
		    invocation->delay_usec < DELAY_MIN_USEC ||
		    invocation->delay_usec > DELAY_MAX_USEC)
			return error_set(error, EINVAL,
					 "--delay: '%s' is no time span from 100ms to 1h",
					 TEXT_ESCAPE(value));
		return 0;
	case OPTION_ITERATIONS:
		if (parse_u64(value, 1, UINT32_MAX, &invocation->iterations) < 0)
			return error_set(error, EINVAL, "--iterations: '%s' is no number from 1 on",
					 TEXT_ESCAPE(value));
		return 0;
	case OPTION_BATCH:
		invocation->batch = true;
		return 0;
	case OPTION_FOR:
		if (parse_duration(value, &invocation->for_usec) < 0 || invocation->for_usec == 0)
			return error_set(error, EINVAL,
					 "--for: '%s' is no time span such as 30min or 4h",
					 TEXT_ESCAPE(value));
		return 0;
	case OPTION_FORCE:
		invocation->force = true;
		return 0;
	case OPTION_PROCESSES:
		invocation->processes = true;
		return 0;
	case OPTION_SET:
		return invocation_take_setting(invocation, value, error);
	case OPTION_PID:
		return invocation_take_pid(invocation, value, error);
	default:
		return take_limit(invocation, id, value, error);
	}
}

struct option_spec *invocation_options(const struct option_spec *own)
{
	size_t n = 0, i = 0;
	struct option_spec *all;

	for (; own && own[n].name; n++)
		;
	all = calloc(n + ELEMENTS(invocation_global_options), sizeof(*all));
	for (; all && i < n; i++)
		all[i] = own[i];
	if (all)
		memcpy(all + n, invocation_global_options, sizeof(invocation_global_options));
	return all;
}

int invocation_init(struct invocation *invocation)
{
	*invocation = (struct invocation){
		.root = "",
		.timeout_usec = TIMEOUT_DEFAULT_USEC,
		.limits = slicectl_limits_new(),
		.lock_fd = -1,
		.signal_fd = -1,
	};
	return invocation->limits ? 0 : -ENOMEM;
}
