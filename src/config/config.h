/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The configuration: reads ini files into a validated struct.  All files are read and
 * checked to the end.  A single problem rejects the whole configuration, and every problem
 * is reported with file:line, and with the column when it is at a place in the line.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cgroup/hierarchy.h"
#include "config/accounts.h"
#include "config/problem.h"
#include "observe/watch_spec.h"
#include "rule/rule.h"
#include "tune/policy.h"

enum config_scheduler {
	CONFIG_SCHEDULER_FIFO, /* real time, lowest priority */
	CONFIG_SCHEDULER_NICE,
	CONFIG_SCHEDULER_NORMAL,
	_CONFIG_SCHEDULER_MAX,
};

/* When the supervisor keeps the kernel's lock for moves ready. */
enum config_keep_warm {
	CONFIG_KEEP_WARM_AUTO, /* for a few seconds after a move */
	CONFIG_KEEP_WARM_YES,
	CONFIG_KEEP_WARM_NO,
	_CONFIG_KEEP_WARM_MAX,
};

/* What the guard does about writes to the tree by users who may not act as its owner. */
enum config_guard {
	CONFIG_GUARD_OFF,
	CONFIG_GUARD_AUDIT,  /* report them */
	CONFIG_GUARD_REVERT, /* report and revert them */
	_CONFIG_GUARD_MAX,
};

/* Which processes get a record when they exit. */
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

/* Users and groups as configured, and the ids of those that are known.  Checks compare the ids,
 * because they must not wait for a directory service. */
struct config_people {
	char **users, **groups; /* NULL-terminated */
	uint32_t *uids, *gids;
	size_t n_uids, n_gids;
};

struct config_supervisor {
	enum config_detector detector;
	uint64_t poll_interval;        /* microseconds */
	uint64_t canary_interval;      /* microseconds; 0: no canary */
	uint64_t max_processes;        /* in the table; 0: unlimited */
	uint64_t max_kills_per_minute; /* by all rules; 0: unlimited */
	enum config_scheduler scheduler;
	enum config_keep_warm keep_warm;
	enum config_guard guard;
	bool favor_dynmods; /* slicectl init remounts with favordynmods */
	bool log_argv;
	bool audit_required; /* no kill and no hook before its record is on disk */
	enum config_exits exit_records;
	char *metrics_file;             /* path, or NULL */
	uint64_t metrics_interval;      /* microseconds */
	char *audit_log;                /* path, "-" for stdout, "none", or NULL for the default */
	char *base;                     /* absolute path, or NULL for auto */
	char *controllers;              /* NULL: the hierarchy's defaults */
	uint64_t receive_buffer;        /* bytes; 0: the connector's default */
	struct config_people readers;   /* besides root and the owners; empty: everyone */
	struct config_people emergency; /* users who may declare an emergency */
};

/* Whether and how the activity of families is observed. */
struct config_activity {
	bool enabled;
	uint64_t idle_threshold; /* microseconds */
	uint64_t interval;       /* microseconds, between two samples */
};

#define CONFIG_IDLE_THRESHOLD_USEC UINT64_C(50000)
#define CONFIG_ACTIVITY_INTERVAL_USEC UINT64_C(100000)

#define CONFIG_POLL_INTERVAL_USEC UINT64_C(250000)
#define CONFIG_CANARY_INTERVAL_USEC UINT64_C(5000000)
#define CONFIG_METRICS_INTERVAL_USEC UINT64_C(15000000)
#define CONFIG_MAX_PROCESSES UINT64_C(262144)
#define CONFIG_MAX_KILLS_PER_MINUTE UINT64_C(600)
#define CONFIG_LOOKUP_USEC UINT64_C(5000000)
#define CONFIG_RELOAD_LOOKUP_USEC UINT64_C(250000)

struct config_owner {
	char *name;
	struct config_people people;
};

struct config_slice {
	char *path;
	char *owner; /* NULL: the parent's owner */
	struct slicectl_limits *limits;
	char *origin; /* file:line */
};

/* A watch of a level: its crossings are recorded and may run a hook. */
struct config_watch {
	char *name;
	char *origin; /* file:line */
	struct watch_text text;
	struct watch_spec spec; /* refers to the text */
	bool runs_hook;
	struct rule hook; /* command, timeout and latch; its name is that of the watch */
};

/* A policy that nudges its subjects while there is pressure. */
struct config_policy {
	char *name;
	char *origin; /* file:line */
	struct policy_text text;
	struct policy_spec spec;
	bool dry_run;
};

struct config {
	char **files; /* that were read; NULL-terminated */
	char **texts; /* of these files */
	struct config_supervisor supervisor;
	struct config_activity activity;
	struct config_owner *owners;
	size_t n_owners;
	struct config_slice *slices;
	size_t n_slices;
	struct config_watch *watches;
	size_t n_watches;
	struct config_policy *policies;
	size_t n_policies;
	struct rule_set rules;
	/* By the index of the rule: the limits of its scopes, and file:line of its section. */
	struct slicectl_limits **rule_limits;
	char **rule_origins;
	/* The users and groups of all sections, and what is known about them. */
	struct accounts accounts;
	struct problem_list warnings; /* about a configuration that is valid */
};

/* -EINVAL with a sentence that lists the valid names. */
int config_parse_detector(const char *text, enum config_detector *ret_detector,
			  struct slicectl_error *error);

struct config_source {
	const char *root; /* prefix of the standard paths; "" for none */
	const char *file; /* read instead of the standard paths, or NULL */
	/* What slicectld has read, instead of any file; or NULL. */
	char *const *loaded_files, *const *loaded_texts;
};

/*
 * Reads /usr/lib/slicectl/slicectl.conf, /etc/slicectl/slicectl.conf and
 * /run/slicectl/slicectl.conf, then the drop-ins *.conf of slicectl.conf.d in the
 * three directories, sorted by file name.  A drop-in hides the one of the same name in an earlier
 * directory.  A later file overrides single keys of an earlier file.  No file has to exist.
 *
 * Users and groups that the user database does not tell within CONFIG_LOOKUP_USEC stay unknown;
 * see config/people.h.
 *
 * Errors: -EBADMSG when there is any problem; @problems lists all of them.  -ENOMEM.
 */
int config_load(const struct config_source *source, struct config **ret_config,
		struct problem_list *problems);

/* The same while a daemon runs, which knows @before: the user database gets only CONFIG_RELOAD_LOOKUP_USEC,
 * and what it does not tell by then is as it was known before. */
int config_load_again(const struct config_source *source, const struct accounts *before,
		      struct config **ret_config, struct problem_list *problems);

/* What the files without problems say, for commands that only read or end something: @problems has
 * those of the files that are skipped; only their base and audit-log are used.  With
 * source->file and a problem only these and what is built in are left. */
int config_load_good(const struct config_source *source, struct config **ret_config,
		     struct problem_list *problems);

/* Checks @text as a configuration of its own: 0, -EBADMSG or -ENOMEM. */
int config_check_text(const char *text, const char *name, struct problem_list *problems);

struct config *config_free(struct config *config);

/* Declares the configured slices, limits, delegations and controllers to @hierarchy. */
int config_declare(const struct config *config, struct slicectl_hierarchy *hierarchy,
		   struct slicectl_error *error);

const struct config_owner *config_find_owner(const struct config *config, const char *name);

/* By the first @length bytes of @path. */
const struct config_slice *config_find_slice(const struct config *config, const char *path,
					     size_t length);

const struct config_watch *config_find_watch(const struct config *config, const char *name);

/* Limits of the scopes that @rule creates; NULL for the hook of a watch. */
const struct slicectl_limits *config_rule_limits(const struct config *config,
						 const struct rule *rule);

/* Template of the scopes that @rule creates: its own, or the default of its action.  The
 * caller frees it.  NULL when out of memory. */
char *config_rule_scope(const struct config *config, const struct rule *rule);

/* Template of the scope in which a family is killed when its rule has another action. */
char *config_kill_scope(const struct config *config);

DEFINE_CLEANUP(struct config, config_free)
#define _cleanup_config_ _cleanup_(cleanup_config_free)
