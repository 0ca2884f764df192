/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/key.h"

#include <errno.h>

#include "base/clock.h"
#include "base/parse.h"
#include "base/text.h"
#include "cgroup/controller.h"
#include "config/field.h"
#include "config/key_policy.h"
#include "config/key_rule.h"
#include "config/key_service.h"
#include "config/key_watch.h"

enum {
	RECEIVE_BUFFER_MIN = 4 * 1024,
	RECEIVE_BUFFER_MAX = 512 * 1024 * 1024,
	MAX_PROCESSES_MIN = 1000,
	MAX_PROCESSES_MAX = 4 * 1024 * 1024, /* PID_MAX_LIMIT */
};

#define SPAN_MIN_USEC CLOCK_USEC_PER_MSEC
#define ACTIVITY_INTERVAL_MIN_USEC (10 * CLOCK_USEC_PER_MSEC)

static int set_audit_log(void *target, const char *value, struct slicectl_error *error)
{
	struct config_supervisor *supervisor = target;

	if (*value && *value != '/' && !text_equal(value, "-") && !text_equal(value, "none"))
		return error_set(error, EINVAL, "'%s' is neither an absolute path, '-' nor 'none'",
				 TEXT_ESCAPE(value));
	return field_set_text(&supervisor->audit_log, value, error);
}

static int set_base(void *target, const char *value, struct slicectl_error *error)
{
	struct config_supervisor *supervisor = target;

	if (text_equal(value, "auto"))
		value = "";
	if (*value && *value != '/')
		return error_set(error, EINVAL, "'%s' is neither auto nor an absolute path",
				 TEXT_ESCAPE(value));
	return field_set_text(&supervisor->base, value, error);
}

static int set_controllers(void *target, const char *value, struct slicectl_error *error)
{
	struct config_supervisor *supervisor = target;
	controller_set ignored;
	int r;

	r = controller_parse_strict(value, &ignored, error);
	return r < 0 ? r : field_set_text(&supervisor->controllers, value, error);
}

static int set_receive_buffer(void *target, const char *value, struct slicectl_error *error)
{
	struct config_supervisor *supervisor = target;
	uint64_t bytes = 0;

	if (*value && (parse_size(value, &bytes) < 0 || bytes < RECEIVE_BUFFER_MIN ||
		       bytes > RECEIVE_BUFFER_MAX))
		return error_set(error, EINVAL, "'%s' is not a size from 4K to 512M",
				 TEXT_ESCAPE(value));
	supervisor->receive_buffer = bytes;
	return 0;
}

int config_parse_detector(const char *text, enum config_detector *ret_detector,
			  struct slicectl_error *error)
{
	static const char *const names[_CONFIG_DETECTOR_MAX] = {
		[CONFIG_DETECTOR_AUTO] = "auto",
		[CONFIG_DETECTOR_NETLINK] = "netlink",
		[CONFIG_DETECTOR_POLL] = "poll",
	};
	int choice = 0, r;

	r = field_choose(text, names, _CONFIG_DETECTOR_MAX, &choice, error);
	if (r == 0)
		*ret_detector = (enum config_detector)choice;
	return r;
}

static int set_detector(void *target, const char *value, struct slicectl_error *error)
{
	return config_parse_detector(value, &((struct config_supervisor *)target)->detector, error);
}

static int set_scheduler(void *target, const char *value, struct slicectl_error *error)
{
	static const char *const names[_CONFIG_SCHEDULER_MAX] = {
		[CONFIG_SCHEDULER_FIFO] = "fifo",
		[CONFIG_SCHEDULER_NICE] = "nice",
		[CONFIG_SCHEDULER_NORMAL] = "normal",
	};
	int choice = 0, r;

	r = field_choose(value, names, _CONFIG_SCHEDULER_MAX, &choice, error);
	((struct config_supervisor *)target)->scheduler = (enum config_scheduler)choice;
	return r;
}

static int set_exit_records(void *target, const char *value, struct slicectl_error *error)
{
	static const char *const names[_CONFIG_EXITS_MAX] = {
		[CONFIG_EXITS_ROOT] = "root",
		[CONFIG_EXITS_FAMILY] = "family",
		[CONFIG_EXITS_NONE] = "no",
	};
	int choice = 0, r;

	r = field_choose(value, names, _CONFIG_EXITS_MAX, &choice, error);
	((struct config_supervisor *)target)->exit_records = (enum config_exits)choice;
	return r;
}

static int set_poll_interval(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_span(&((struct config_supervisor *)target)->poll_interval, value,
			      CONFIG_POLL_INTERVAL_USEC, SPAN_MIN_USEC, false, error);
}

static int set_canary_interval(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_span(&((struct config_supervisor *)target)->canary_interval, value,
			      CONFIG_CANARY_INTERVAL_USEC, SPAN_MIN_USEC, true, error);
}

static int set_max_processes(void *target, const char *value, struct slicectl_error *error)
{
	uint64_t n = CONFIG_MAX_PROCESSES;

	if (*value && parse_u64(value, MAX_PROCESSES_MIN, MAX_PROCESSES_MAX, &n) < 0)
		return error_set(error, EINVAL, "'%s' is not a number from %d to %d",
				 TEXT_ESCAPE(value), (int)MAX_PROCESSES_MIN, (int)MAX_PROCESSES_MAX);
	((struct config_supervisor *)target)->max_processes = n;
	return 0;
}

static int set_max_kills(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_limit(&((struct config_supervisor *)target)->max_kills_per_minute, value,
			       CONFIG_MAX_KILLS_PER_MINUTE, error);
}

static int set_keep_warm(void *target, const char *value, struct slicectl_error *error)
{
	static const char *const names[_CONFIG_KEEP_WARM_MAX] = {
		[CONFIG_KEEP_WARM_AUTO] = "auto",
		[CONFIG_KEEP_WARM_YES] = "yes",
		[CONFIG_KEEP_WARM_NO] = "no",
	};
	int choice = 0, r;

	r = field_choose(value, names, _CONFIG_KEEP_WARM_MAX, &choice, error);
	((struct config_supervisor *)target)->keep_warm = (enum config_keep_warm)choice;
	return r;
}

static int set_favor_dynmods(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_flag(&((struct config_supervisor *)target)->favor_dynmods, value, false,
			      error);
}

static int set_log_argv(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_flag(&((struct config_supervisor *)target)->log_argv, value, false, error);
}

static int set_audit_required(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_flag(&((struct config_supervisor *)target)->audit_required, value, false,
			      error);
}

static int set_activity(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_flag(&((struct config_activity *)target)->enabled, value, false, error);
}

static int set_idle_threshold(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_span(&((struct config_activity *)target)->idle_threshold, value,
			      CONFIG_IDLE_THRESHOLD_USEC, SPAN_MIN_USEC, false, error);
}

/* What tells whether a family is active.  There is one source so far; the best one is auto. */
static int set_activity_source(void *target, const char *value, struct slicectl_error *error)
{
	static const char *const names[] = { "auto", "sample" };
	int choice = 0;

	if (text_equal(value, "bpf"))
		return error_set(error, EINVAL,
				 "this slicectld has no BPF programs; use auto or sample");
	return field_choose(value, names, 2, &choice, error);
}

static int set_activity_interval(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_span(&((struct config_activity *)target)->interval, value,
			      CONFIG_ACTIVITY_INTERVAL_USEC, ACTIVITY_INTERVAL_MIN_USEC, false,
			      error);
}

static int set_users(void *target, const char *value, struct slicectl_error *error)
{
	return field_add_words(&((struct config_owner *)target)->people.users, value, error);
}

static int set_groups(void *target, const char *value, struct slicectl_error *error)
{
	return field_add_words(&((struct config_owner *)target)->people.groups, value, error);
}

static int set_owner(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_text(&((struct config_slice *)target)->owner, value, error);
}

static const struct config_key keys[] = {
	{ CONFIG_SECTION_SUPERVISOR, "audit-log", "PATH | - | none",
	  "file that gets one JSON line per action; - is standard output", set_audit_log },
	{ CONFIG_SECTION_SUPERVISOR, "audit-required", "yes | no",
	  "do not kill or run a hook before its record is on disk", set_audit_required },
	{ CONFIG_SECTION_SUPERVISOR, "base", "auto | PATH", "cgroup that contains the slices",
	  set_base },
	{ CONFIG_SECTION_SUPERVISOR, "controllers", "NAME…",
	  "controllers to enable, as far as the kernel has them", set_controllers },
	{ CONFIG_SECTION_SUPERVISOR, "detector", "auto | netlink | poll",
	  "how new processes are detected", set_detector },
	{ CONFIG_SECTION_SUPERVISOR, "poll-interval", "TIME",
	  "time between two scans of the poll detector", set_poll_interval },
	{ CONFIG_SECTION_SUPERVISOR, "canary-interval", "TIME",
	  "time without events after which a canary checks that they still arrive",
	  set_canary_interval },
	{ CONFIG_SECTION_SUPERVISOR, "max-processes", "NUMBER",
	  "processes outside families whose lineage is tracked", set_max_processes },
	{ CONFIG_SECTION_SUPERVISOR, "max-kills-per-minute", "NUMBER",
	  "families that all rules together may kill; 0 means no limit", set_max_kills },
	{ CONFIG_SECTION_SUPERVISOR, "scheduler", "fifo | nice | normal",
	  "scheduling priority of the supervisor", set_scheduler },
	{ CONFIG_SECTION_SUPERVISOR, "keep-warm", "auto | yes | no",
	  "keep the kernel's cgroup lock ready, so that moves are fast", set_keep_warm },
	{ CONFIG_SECTION_SUPERVISOR, "favor-dynmods", "yes | no",
	  "let slicectl init remount with favordynmods; it cannot be undone without a reboot",
	  set_favor_dynmods },
	{ CONFIG_SECTION_SUPERVISOR, "log-argv", "yes | no",
	  "write the command lines of matches to the audit log", set_log_argv },
	{ CONFIG_SECTION_SUPERVISOR, "exit-records", "root | family | no",
	  "processes whose exit is recorded", set_exit_records },
	{ CONFIG_SECTION_SUPERVISOR, "receive-buffer", "SIZE",
	  "size of the kernel's buffer for process events", set_receive_buffer },
	{ CONFIG_SECTION_SUPERVISOR, "metrics-file", "PATH",
	  "file of metrics for the textfile collector of node_exporter",
	  key_service_set_metrics_file },
	{ CONFIG_SECTION_SUPERVISOR, "metrics-interval", "TIME",
	  "how often the metrics file is written", key_service_set_metrics_interval },
	{ CONFIG_SECTION_SUPERVISOR, "guard", "off | audit | revert",
	  "what to do about writes by users who may not act as the owner", key_service_set_guard },
	{ CONFIG_SECTION_SUPERVISOR, "read-users", "NAME|UID…",
	  "users who may query the supervisor; without read-users and read-groups everyone may",
	  key_service_set_read_users },
	{ CONFIG_SECTION_SUPERVISOR, "read-groups", "NAME|GID…",
	  "groups whose members may query the supervisor", key_service_set_read_groups },
	{ CONFIG_SECTION_SUPERVISOR, "emergency-users", "NAME|UID…",
	  "users who may declare an emergency", key_service_set_emergency_users },
	{ CONFIG_SECTION_ACTIVITY, "enabled", "yes | no",
	  "observe whether families are active or idle", set_activity },
	{ CONFIG_SECTION_ACTIVITY, "idle-threshold", "TIME",
	  "how long all threads of a family sleep before it is idle", set_idle_threshold },
	{ CONFIG_SECTION_ACTIVITY, "activity-interval", "TIME", "time between two samples",
	  set_activity_interval },
	{ CONFIG_SECTION_ACTIVITY, "activity-source", "auto | sample",
	  "what tells whether a family is active", set_activity_source },
	{ CONFIG_SECTION_OWNER, "users", "NAME|UID…", "users who may act as this owner", set_users },
	{ CONFIG_SECTION_OWNER, "groups", "NAME|GID…", "groups whose members may act as this owner",
	  set_groups },
	{ CONFIG_SECTION_SLICE, "owner", "NAME",
	  "owner of the subtree; default: the owner of the parent", set_owner },
	{ CONFIG_SECTION_RULE, "comm", "NAME…", "exact names of the process", key_rule_set_comm },
	{ CONFIG_SECTION_RULE, "exe", "GLOB…", "path of the program", key_rule_set_exe },
	{ CONFIG_SECTION_RULE, "argv", "TEXT…", "part of the command line", key_rule_set_argv },
	{ CONFIG_SECTION_RULE, "arg", "GLOB…", "one element of the command line", key_rule_set_arg },
	{ CONFIG_SECTION_RULE, "env", "NAME=VALUE…", "exact variable of the initial environment",
	  key_rule_set_env },
	{ CONFIG_SECTION_RULE, "user", "NAME|UID…", "effective user", key_rule_set_user },
	{ CONFIG_SECTION_RULE, "group", "NAME|GID…", "effective group", key_rule_set_group },
	{ CONFIG_SECTION_RULE, "member", "NAME|GID…", "group that the process or its user is in",
	  key_rule_set_member },
	{ CONFIG_SECTION_RULE, "cgroup", "GLOB…", "path of its cgroup in the v2 hierarchy",
	  key_rule_set_cgroup },
	{ CONFIG_SECTION_RULE, "tty", "GLOB…", "controlling terminal relative to /dev, or none",
	  key_rule_set_tty },
	{ CONFIG_SECTION_RULE, "parent", "RULE…", "the parent is the root of a family of that rule",
	  key_rule_set_parent },
	{ CONFIG_SECTION_RULE, "ancestor", "RULE…",
	  "the process or an ancestor is in a family of that rule", key_rule_set_ancestor },
	{ CONFIG_SECTION_RULE, "enabled", "yes | no", "whether the rule acts by itself",
	  key_rule_set_enabled },
	{ CONFIG_SECTION_RULE, "max-per-minute", "NUMBER",
	  "how often the rule may place or kill; 0 means no limit", key_rule_set_max_per_minute },
	{ CONFIG_SECTION_RULE, "dry-run", "yes | no", "decide and record, but do nothing",
	  key_rule_set_dry_run },
	{ CONFIG_SECTION_RULE, "action", "monitor | hook | place | kill | ignore",
	  "what to do with a match", key_rule_set_action },
	{ CONFIG_SECTION_RULE, "scope", "SLICE/NAME", "template of the scope path",
	  key_rule_set_scope },
	{ CONFIG_SECTION_RULE, "linger", "TIME", "how long an empty scope is kept",
	  key_action_set_linger },
	{ CONFIG_SECTION_RULE, "on-root-exit", "keep | term | kill",
	  "what to do with a family whose root has exited", key_action_set_on_root_exit },
	{ CONFIG_SECTION_RULE, "allow-foreign-units", "auto | yes | no",
	  "which processes of systemd units are placed", key_action_set_foreign_units },
	{ CONFIG_SECTION_RULE, "from-families", "yes | no",
	  "whether the rule also takes processes that other rules placed",
	  key_action_set_from_families },
	{ CONFIG_SECTION_RULE, "hold", "yes | no",
	  "whether users are kept from moving their processes out of a slice of another owner",
	  key_action_set_hold },
	{ CONFIG_SECTION_RULE, "signal", "NAME", "first signal to send", key_action_set_signal },
	{ CONFIG_SECTION_RULE, "grace", "TIME", "time between that signal and SIGKILL",
	  key_action_set_grace },
	{ CONFIG_SECTION_RULE, "kill-scope", "family | leader",
	  "whether to kill the family or only its root", key_action_set_kill_scope },
	{ CONFIG_SECTION_RULE, "command", "PATH ARGUMENT…", "program of the hook and its arguments",
	  key_action_set_command },
	{ CONFIG_SECTION_RULE, "timeout", "TIME", "how long a hook may run", key_action_set_timeout },
	{ CONFIG_SECTION_RULE, "latch", "yes | no", "run the hook once until it is armed again",
	  key_action_set_latch },
	{ CONFIG_SECTION_WATCH, "subject", "family:RULE | SLICE | SLICE/SCOPE",
	  "what uses the resource", key_watch_set_subject },
	{ CONFIG_SECTION_WATCH, "resource", "NAME", "the resource", key_watch_set_resource },
	{ CONFIG_SECTION_WATCH, "level", "VALUE | PERCENT% | change",
	  "the level, or a part of the limit that applies", key_watch_set_level },
	{ CONFIG_SECTION_WATCH, "direction", "both | up | down", "which crossings are told",
	  key_watch_set_direction },
	{ CONFIG_SECTION_WATCH, "inherit", "yes | no",
	  "whether children that are forked later are watched too", key_watch_set_inherit },
	{ CONFIG_SECTION_WATCH, "hysteresis", "VALUE | PERCENT%",
	  "how far below the level a sampled value is down", key_watch_set_hysteresis },
	{ CONFIG_SECTION_WATCH, "action", "record | hook",
	  "whether a crossing is only recorded or also runs a command", key_watch_set_action },
	{ CONFIG_SECTION_WATCH, "command", "PATH ARGUMENT…",
	  "program of the hook and its arguments", key_watch_set_command },
	{ CONFIG_SECTION_WATCH, "timeout", "TIME", "how long a hook may run", key_watch_set_timeout },
	{ CONFIG_SECTION_WATCH, "latch", "yes | no", "run the hook once until it is armed again",
	  key_watch_set_latch },
	{ CONFIG_SECTION_POLICY, "subject", "rule NAME | scope PATH | slice PATH…",
	  "what may be nudged", key_policy_set_subject },
	{ CONFIG_SECTION_POLICY, "protect", "rule NAME | scope PATH | slice PATH… | machine",
	  "whose signal is looked at; default: that of the subject", key_policy_set_protect },
	{ CONFIG_SECTION_POLICY, "signal", "NAME", "the signal", key_policy_set_signal },
	{ CONFIG_SECTION_POLICY, "above", "PERCENT% | NUMBER | SIZE",
	  "the value of the signal that is pressure", key_policy_set_above },
	{ CONFIG_SECTION_POLICY, "for", "TIME", "how long it must last", key_policy_set_lasting },
	{ CONFIG_SECTION_POLICY, "below", "PERCENT% | NUMBER | SIZE",
	  "the value below which the pressure is over", key_policy_set_below },
	{ CONFIG_SECTION_POLICY, "action",
	  "cpu_weight | cpu_max | io_weight | memory_high | pressure_backoff | memory_reclaim…",
	  "what is changed; of several, strategy = learned chooses", key_policy_set_action },
	{ CONFIG_SECTION_POLICY, "strategy", "heuristic | learned",
	  "how one of several actions is chosen", key_policy_set_strategy },
	{ CONFIG_SECTION_POLICY, "step", "-PERCENT% | +PERCENT%", "one change", key_policy_set_step },
	{ CONFIG_SECTION_POLICY, "floor", "VALUE", "the least value that is written",
	  key_policy_set_floor },
	{ CONFIG_SECTION_POLICY, "ceiling", "VALUE", "the greatest value that is written",
	  key_policy_set_ceiling },
	{ CONFIG_SECTION_POLICY, "budget", "TIME",
	  "processor time beyond the own limit within a minute", key_policy_set_budget },
	{ CONFIG_SECTION_POLICY, "freeze", "TIME", "the longest time that a subject is frozen",
	  key_policy_set_freeze },
	{ CONFIG_SECTION_POLICY, "cooldown", "TIME", "time between two changes of one cgroup",
	  key_policy_set_cooldown },
	{ CONFIG_SECTION_POLICY, "dry-run", "yes | no", "decide and record, but do nothing",
	  key_policy_set_dry_run },
};

static const char *const section_names[_CONFIG_SECTION_MAX] = {
	[CONFIG_SECTION_SUPERVISOR] = "supervisor",
	[CONFIG_SECTION_ACTIVITY] = "activity",
	[CONFIG_SECTION_OWNER] = "owner",
	[CONFIG_SECTION_SLICE] = "slice",
	[CONFIG_SECTION_RULE] = "rule",
	[CONFIG_SECTION_WATCH] = "watch",
	[CONFIG_SECTION_POLICY] = "policy",
};

const struct config_key *config_key_at(size_t i)
{
	return i < ELEMENTS(keys) ? &keys[i] : NULL;
}

const struct config_key *config_key_find(enum config_section section, const char *name)
{
	for (size_t i = 0; i < ELEMENTS(keys); i++) {
		if (keys[i].section == section && text_equal(keys[i].name, name))
			return &keys[i];
	}
	return NULL;
}

const char *config_section_name(enum config_section section)
{
	return section_names[section];
}

bool config_section_has_limits(enum config_section section)
{
	return section == CONFIG_SECTION_SLICE || section == CONFIG_SECTION_RULE;
}
