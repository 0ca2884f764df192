/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sets up a supervisor from its options: locks the node, opens /proc and the hierarchy, and makes
 * the rooms in the order of their dependencies. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/fd.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/own.h"
#include "supervisor/loop.h"
#include "supervisor/parts.h"
#include "supervisor/service/capability.h"
#include "supervisor/service/load.h"
#include "supervisor/work/priority.h"

static void follow_privilege(void *data, uint64_t *applied)
{
	privilege_follow(data, applied);
}

static int open_reader(struct supervisor *supervisor, struct slicectl_error *error)
{
	const struct reader_options options = {
		.proc_fd = supervisor->node.view.proc_fd,
		.prepare = follow_privilege,
		.data = &supervisor->node.privilege,
	};

	return reader_new(&options, &supervisor->node.view.reader, error);
}

static int open_proc(struct supervisor *supervisor, const char *path, struct slicectl_error *error)
{
	struct procfs_stat init;

	supervisor->node.view.proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (supervisor->node.view.proc_fd < 0)
		return error_set(error, errno, "cannot open %s: %s", path, strerror(errno));
	/* With hidepid, proc shows only our own processes without CAP_SYS_PTRACE. */
	if (procfs_read_stat(supervisor->node.view.proc_fd, 1, &init) < 0)
		return error_set(error, EACCES,
				 "%s does not show process 1: either proc is not mounted there, or it is mounted with hidepid; in that case grant CAP_SYS_PTRACE, or mount it with gid=",
				 TEXT_ESCAPE(path));
	return open_reader(supervisor, error);
}

/*
 * The OOM killer must choose slicectld last, because slicectld can free memory.  In a cgroup with
 * memory.max it must be able to: with -1000 the kernel has nobody to kill when slicectld reaches the
 * limit, and slicectld would wait for memory for ever, instead of being started again.
 */
static void protect_itself(const struct supervisor *supervisor)
{
	bool is_limited = own_memory_is_limited(supervisor->node.hierarchy);
	const char *score = is_limited ? "-999" : "-1000";
	int r = fd_write_file(AT_FDCWD, "/proc/self/oom_score_adj", score);

	if (r < 0)
		log_info("cannot set oom_score_adj to %s: %s; grant CAP_SYS_RESOURCE, or let the service manager set it",
			 score, strerror(-r));
	else if (is_limited)
		log_info("memory.max of this cgroup or of one above it is set, so oom_score_adj is -999: at that limit the kernel can end slicectld, so that it is started again");
}

enum { DESCRIPTORS_MIN = 64 };

/* Each client, watch and process under way takes descriptors.  Hooks get the usual limit again. */
static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max < DESCRIPTORS_MIN)
		log_warning("only %llu descriptors are permitted, so processes may be missed and clients rejected; permit at least %d (LimitNOFILE= of the service, ulimit -n)",
			    (unsigned long long)limit.rlim_max, (int)DESCRIPTORS_MIN);
}

/* Scopes have one supervisor, but to kill needs none: an epilog may run beside it. */
static bool needs_scopes(const struct config *config)
{
	for (size_t i = 0; i < config->rules.count; i++) {
		const struct rule *rule = &config->rules.rules[i];

		if (!rule->disabled && (rule->action == RULE_PLACE || rule->action == RULE_HOOK))
			return true;
	}
	return false;
}

static int open_lock(struct supervisor *supervisor, const struct config *config,
		     struct slicectl_error *error)
{
	_cleanup_free_ char *path = text_format("%s/run/slicectl/slicectld.lock",
						supervisor->options->source.root);
	int r;

	if (!path)
		return error_set(error, ENOMEM, "out of memory");
	r = lock_take(path, 0, &supervisor->lock_fd, error);
	supervisor->is_guest = r == -ETIMEDOUT && supervisor->options->oneshot;
	if (supervisor->is_guest && !needs_scopes(config))
		return 0;
	if (supervisor->is_guest)
		return error_set(error, ETIMEDOUT,
				 "another slicectld runs on this node and holds %s; beside it rules can only kill or monitor, and slicectl rule apply lets its own rules act",
				 TEXT_ESCAPE(path));
	if (r == -ETIMEDOUT)
		return error_set(error, ETIMEDOUT,
				 "another slicectld runs on this node and holds %s; stop it first",
				 TEXT_ESCAPE(path));
	return supervisor->lock_fd < 0 ? -error->code : 0;
}

/* Takes ownership of @config, also on failure. */
static int load_generation(struct supervisor *supervisor, struct config *config,
			   struct slicectl_error *error)
{
	struct slicectl_hierarchy *hierarchy = NULL;
	struct generation *generation;
	int r = load_hierarchy(supervisor->options, config, &hierarchy, error);

	generation = r == 0 ? generation_new(config, hierarchy) : NULL;
	if (generation) {
		node_enforce(&supervisor->node, generation);
		return 0;
	}
	slicectl_hierarchy_free(hierarchy);
	config_free(config);
	return r < 0 ? r : error_set(error, ENOMEM, "out of memory");
}

/* Makes the event loop and the rooms up to act. */
static int make_lower_rooms(struct supervisor *supervisor, struct slicectl_error *error)
{
	const struct config_supervisor *config = &supervisor->node.config->supervisor;
	struct node *node = &supervisor->node;
	int r = loop_open(supervisor, error);

	/* A replay writes to standard output, so that its records do not mix with real ones. */
	if (r == 0)
		r = report_new(node, node->view.replay ? "-" : config->audit_log,
			       &supervisor->report, error);
	if (r == 0 && !(supervisor->families = families_new(node)))
		r = error_set(error, ENOMEM, "out of memory");
	if (r == 0 && !node->view.replay)
		r = mover_new(node, &supervisor->mover, error);
	return r == 0 ? act_new(node, supervisor->families, supervisor->report, supervisor->mover,
				&supervisor->act, error) :
			r;
}

static int make_upper_rooms(struct supervisor *supervisor, struct slicectl_error *error)
{
	struct node *node = &supervisor->node;
	struct families *families = supervisor->families;
	struct report *report = supervisor->report;
	struct act *act = supervisor->act;
	struct service_rooms rooms;
	int r = life_new(node, families, report, act, &supervisor->life, error);

	if (r == 0)
		r = observe_new(node, families, report, supervisor->options->activity,
				&supervisor->observe, error);
	if (r == 0)
		r = watches_new(node, families, report, act, supervisor->observe,
				&supervisor->watches, error);
	if (r == 0)
		r = detect_new(node, families, report, supervisor->life, supervisor->mover,
			       supervisor->observe, supervisor->watches, &supervisor->detect, error);
	if (r == 0)
		r = policies_new(node, families, report, act, &supervisor->policies, error);
	if (r == 0)
		r = guard_new(node, families, report, act, &supervisor->guard, error);
	if (r < 0)
		return r;
	rooms = supervisor_rooms(supervisor);
	return service_new(&rooms, supervisor->options, &supervisor->service, error);
}

static int make_rooms(struct supervisor *supervisor, struct slicectl_error *error)
{
	int r = make_lower_rooms(supervisor, error);

	return r == 0 ? make_upper_rooms(supervisor, error) : r;
}

static int open_detector(struct supervisor *supervisor, struct slicectl_error *error)
{
	const struct supervisor_options *options = supervisor->options;
	int r = 0;

	if (options->record)
		r = recording_create(options->record, &supervisor->node.view.recording, error);
	if (r == 0 && !options->oneshot)
		r = detect_open(supervisor->detect, options->detector, error);
	return r;
}

static int open_machine(struct supervisor *supervisor, const struct config *config,
			struct slicectl_error *error)
{
	int r = open_lock(supervisor, config, error);

	return r == 0 ? open_proc(supervisor, supervisor->options->proc_root, error) : r;
}

/* Protects slicectld, sets its priority, starts the guard and gives up capabilities.  To be called
 * before any thread is started, because threads inherit capabilities. */
static int set_up_process(struct supervisor *supervisor, struct slicectl_error *error)
{
	const struct supervisor_options *options = supervisor->options;
	int r = 0;

	raise_descriptors();
	if (!options->dry_run && !options->oneshot)
		protect_itself(supervisor);
	priority_set(0, supervisor->node.config->supervisor.scheduler);
	if (!options->oneshot)
		r = guard_apply(supervisor->guard, error);
	if (r < 0)
		return r;
	capability_reduce(supervisor->service);
	mover_refresh(supervisor->mover);
	return 0;
}

static int set_up_live(struct supervisor *supervisor, struct slicectl_error *error)
{
	int r = make_rooms(supervisor, error);

	if (r == 0)
		(void)load_differences(supervisor->node.hierarchy);
	if (r == 0)
		r = open_detector(supervisor, error);
	if (r < 0)
		return r;
	(void)procfs_read_boot_id(supervisor->node.boot_id);
	return set_up_process(supervisor, error);
}

/* A replay needs neither privileges nor cgroup2. */
static int open_replay(struct supervisor *supervisor, struct slicectl_error *error)
{
	struct node *node = &supervisor->node;
	int r = replay_open(supervisor->options->replay, &node->view.replay, error);

	if (r == 0)
		memcpy(node->boot_id, replay_start(node->view.replay)->boot_id,
		       sizeof(node->boot_id));
	return r;
}

static int set_up(struct supervisor *supervisor, struct slicectl_error *error)
{
	bool is_replay = supervisor->options->replay;
	struct config *config = NULL;
	int r = load_config(supervisor->options, NULL, &config, error);

	if (r < 0)
		return r;
	r = is_replay ? open_replay(supervisor, error) : open_machine(supervisor, config, error);
	if (r < 0) {
		config_free(config);
		return r;
	}
	r = load_generation(supervisor, config, error);
	if (r < 0)
		return r;
	return is_replay ? make_rooms(supervisor, error) : set_up_live(supervisor, error);
}

int supervisor_new(const struct supervisor_options *options, struct supervisor **ret_supervisor,
		   struct slicectl_error *error)
{
	_cleanup_supervisor_ struct supervisor *supervisor = calloc(1, sizeof(*supervisor));
	int r;

	if (!supervisor)
		return error_set(error, ENOMEM, "out of memory");
	supervisor->options = options;
	supervisor->lock_fd = -1;
	supervisor->node = (struct node){
		.view = VIEW_NULL,
		.loss = { .cause = LOSS_START },
		.root = options->source.root,
		.dry_run = options->dry_run,
	};
	turn_init(&supervisor->node.turn);
	r = set_up(supervisor, error);
	if (r == 0)
		*ret_supervisor = TAKE_PTR(supervisor);
	return r;
}
