/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The configuration: ini files to a validated struct.  All files are read and
 * checked to the end; one problem in them refuses the whole, and every problem
 * is told with file:line, and the column where it lies in a line.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cgroup/hierarchy.h"
#include "config/problem.h"
#include "rule/rule.h"

enum config_scheduler {
	CONFIG_SCHEDULER_FIFO, /* real time, the lowest */
	CONFIG_SCHEDULER_NICE,
	CONFIG_SCHEDULER_NORMAL,
	_CONFIG_SCHEDULER_MAX,
};

/* Whether moves are made ready for before they are needed. */
enum config_keep_warm {
	CONFIG_KEEP_WARM_AUTO, /* for some seconds after a move */
	CONFIG_KEEP_WARM_YES,
	CONFIG_KEEP_WARM_NO,
	_CONFIG_KEEP_WARM_MAX,
};

/* What becomes of writes to the tree by others than its owners. */
enum config_guard {
	CONFIG_GUARD_OFF,
	CONFIG_GUARD_AUDIT,  /* told */
	CONFIG_GUARD_REVERT, /* and set right */
	_CONFIG_GUARD_MAX,
};

/* Whose end is recorded. */
enum config_exits {
	CONFIG_EXITS_ROOT,
	CONFIG_EXITS_FAMILY,
	CONFIG_EXITS_NONE,
	_CONFIG_EXITS_MAX,
};

enum config_detector {
	CONFIG_DETECTOR_AUTO,
	CONFIG_DETECTOR_NETLINK,
	CONFIG_DETECTOR_POLL,
	_CONFIG_DETECTOR_MAX,
};

/* Who is meant by names or numbers, and who that was when the configuration was read:
 * whoever asks later must not wait for a directory service. */
struct config_people {
	char **users, **groups; /* NULL-terminated */
	uint32_t *uids, *gids;
	size_t n_uids, n_gids;
};

struct config_supervisor {
	enum config_detector detector;
	uint64_t poll_interval;        /* microseconds */
	uint64_t canary_interval;      /* microseconds; 0: no canary */
	uint64_t max_processes;        /* in the table; 0: no limit */
	uint64_t max_kills_per_minute; /* by all rules; 0: no limit */
	enum config_scheduler scheduler;
	enum config_keep_warm keep_warm;
	enum config_guard guard;
	bool favor_dynmods; /* slicectl init remounts with it */
	bool log_argv;
	bool audit_required; /* no kill and no hook without a record on disk */
	enum config_exits exit_records;
	char *metrics_file;             /* path, or NULL */
	uint64_t metrics_interval;      /* microseconds */
	char *audit_log;                /* path, "-" for stdout, or NULL */
	char *base;                     /* absolute path; NULL: auto */
	char *controllers;              /* NULL: the hierarchy's default */
	uint64_t receive_buffer;        /* bytes; 0: the connector's default */
	struct config_people readers;   /* beside root and the owners; none named: everyone */
	struct config_people emergency; /* who may declare one */
};

#define CONFIG_POLL_INTERVAL_USEC UINT64_C(250000)
#define CONFIG_CANARY_INTERVAL_USEC UINT64_C(5000000)
#define CONFIG_METRICS_INTERVAL_USEC UINT64_C(15000000)
#define CONFIG_MAX_PROCESSES UINT64_C(262144)
#define CONFIG_MAX_KILLS_PER_MINUTE UINT64_C(600)

struct config_owner {
	char *name;
	struct config_people people;
};

struct config_slice {
	char *path;
	char *owner; /* NULL: inherits */
	struct slicectl_limits *limits;
	char *origin; /* file:line */
};

struct config {
	struct config_supervisor supervisor;
	struct config_owner *owners;
	size_t n_owners;
	struct config_slice *slices;
	size_t n_slices;
	struct rule_set rules;
	/* At the index of the rule: limits of its scopes, and file:line. */
	struct slicectl_limits **rule_limits;
	char **rule_origins;
};

/* -EINVAL with the names that there are. */
int config_parse_detector(const char *text, enum config_detector *ret_detector,
			  struct slicectl_error *error);

struct config_source {
	const char *root; /* prefix of the standard places; "" for none */
	const char *file; /* read this one instead of the standard places, or NULL */
};

/*
 * Reads /usr/lib/slicectl/slicectl.conf, /etc/slicectl/slicectl.conf and
 * /run/slicectl/slicectl.conf, then the drop-ins *.conf of slicectl.conf.d in the
 * three directories by file name (a name in a later directory hides the same in
 * an earlier one).  A later file overrides single keys of an earlier.  None of
 * them need exist.
 *
 * Errors: -EBADMSG when there is any problem; @problems has them all.  -ENOMEM.
 */
int config_load(const struct config_source *source, struct config **ret_config,
		struct problem_list *problems);

/* Whether @text would be taken as a configuration: 0, -EBADMSG or -ENOMEM. */
int config_check_text(const char *text, const char *name, struct problem_list *problems);

struct config *config_free(struct config *config);

/* Declares the configured slices, their limits and the controllers. */
int config_declare(const struct config *config, struct slicectl_hierarchy *hierarchy,
		   struct slicectl_error *error);

const struct config_owner *config_find_owner(const struct config *config, const char *name);

/* Limits of the scopes that @rule makes. */
const struct slicectl_limits *config_rule_limits(const struct config *config,
						 const struct rule *rule);

/* Template of the scopes that @rule makes, its own or the default of its action; the
 * caller frees it.  NULL when out of memory. */
char *config_rule_scope(const struct config *config, const struct rule *rule);

/* The same for a family that is killed although its rule does not kill. */
char *config_kill_scope(const struct config *config);

DEFINE_CLEANUP(struct config, config_free)
#define _cleanup_config_ _cleanup_(cleanup_config_free)
