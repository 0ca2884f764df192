/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/hook.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/mark.h"
#include "supervisor/destination.h"
#include "supervisor/mover.h"

#define DESTROY_USEC (5 * CLOCK_USEC_PER_SEC)

enum { ENVIRONMENT_MAX = 12 };

/* One that runs: nothing of it belongs to a configuration, which may be replaced. */
struct hook {
	struct supervisor *supervisor;
	struct action action; /* for its record; its pointers are to what follows */
	struct outcome outcome;
	struct procfs_stat subject;
	char *rule, *scope, *reason, *latch, *argv;
	char **command;
	char *environment[ENVIRONMENT_MAX + 1];
	struct slicectl_spawn spawn;
	uint64_t timeout_usec;
	int pidfd;
	sd_event_source *exited, *limit;
	struct hook *next, *prev;
};

static void hook_free(struct hook *hook)
{
	(void)sd_event_source_unref(hook->exited);
	(void)sd_event_source_unref(hook->limit);
	if (hook->pidfd >= 0)
		(void)close(hook->pidfd);
	for (char **word = hook->command; word && *word; word++)
		free(*word);
	free(hook->command);
	for (char **entry = hook->environment; *entry; entry++)
		free(*entry);
	free(hook->rule);
	free(hook->scope);
	free(hook->reason);
	free(hook->latch);
	free(hook->argv);
	free(hook);
}

void hook_forget_all(struct supervisor *supervisor)
{
	struct hook *hook, *next;

	DL_FOREACH_SAFE (supervisor->hooks, hook, next) {
		log_info("the hook of rule %s in %s goes on; the next slicectld gives it its time once more",
			 hook->rule, hook->scope);
		DL_DELETE(supervisor->hooks, hook);
		hook_free(hook);
	}
}

static void finish(struct hook *hook)
{
	struct supervisor *supervisor = hook->supervisor;

	action_finish(supervisor, &hook->action, &hook->outcome);
	DL_DELETE(supervisor->hooks, hook);
	hook_free(hook);
	if (supervisor->retired)
		supervised_sweep_configs(supervisor);
}

static void on_destroyed(struct job *job)
{
	struct move *move = move_of(job);
	struct hook *hook = move->context;

	/* Dropped by a stop it is left to the next supervisor. */
	if (hook->outcome.code == 0 && move->code < 0 && move->code != -ENOENT &&
	    move->code != -ECANCELED) {
		hook->outcome.code = move->code;
		hook->outcome.error = move->error;
	}
	move_free(move);
	finish(hook);
}

/* What it left behind dies, and its scope goes. */
static void clean_up(struct hook *hook)
{
	struct move *move = move_new(hook->supervisor, MOVE_DESTROY, NULL, hook->scope, hook->rule);

	if (!move) {
		finish(hook);
		return;
	}
	move->job.done = on_destroyed;
	move->context = hook;
	move->timeout_usec = DESTROY_USEC;
	mover_submit_slow(hook->supervisor, move);
}

/* How it ended, as a failure or none. */
static void judge(struct hook *hook, const siginfo_t *info)
{
	if (info->si_pid == 0 && hook->outcome.code == 0)
		hook->outcome.code = error_set(&hook->outcome.error, ECHILD,
					       "%s ended, and somebody else was told how",
					       TEXT_ESCAPE(hook->command[0]));
	if (hook->outcome.code < 0 || (info->si_code == CLD_EXITED && info->si_status == 0))
		return;
	hook->outcome.code = error_set(&hook->outcome.error, EIO,
				       info->si_code == CLD_EXITED ? "%s ended with status %d" :
								     "%s was ended by signal %d",
				       TEXT_ESCAPE(hook->command[0]), info->si_status);
}

static int on_exited(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct hook *hook = data;
	siginfo_t info = { 0 };

	if (waitid(P_PIDFD, (id_t)hook->pidfd, &info, WEXITED | WNOHANG) < 0 && errno != ECHILD)
		return 0;
	if (info.si_pid == 0 && held_process_is_alive(&(struct held_process){ .pidfd = hook->pidfd }))
		return 0;
	(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
	if (hook->limit)
		(void)sd_event_source_set_enabled(hook->limit, SD_EVENT_OFF);
	judge(hook, &info);
	clean_up(hook);
	return 0;
}

/* What an earlier supervisor began: nobody tells how it ends, only whether it has. */
static int on_adopted_limit(sd_event_source *source, uint64_t usec, void *data)
{
	struct hook *hook = data;
	bool empty = true;

	(void)slicectl_scope_is_empty(hook->supervisor->hierarchy, hook->scope, &empty, NULL);
	if (!empty)
		hook->outcome.code =
			error_set(&hook->outcome.error, ETIMEDOUT,
				  "what an earlier supervisor had started did not end within %llu ms and was killed",
				  (unsigned long long)(hook->timeout_usec / CLOCK_USEC_PER_MSEC));
	clean_up(hook);
	return 0;
}

void hook_adopt(struct supervisor *supervisor, const struct rule *rule, const char *scope)
{
	struct hook *hook = calloc(1, sizeof(*hook));

	if (!hook)
		return;
	*hook = (struct hook){ .supervisor = supervisor,
			       .pidfd = -1,
			       .rule = strdup(rule->name),
			       .scope = strdup(scope),
			       .timeout_usec = rule->timeout_usec };
	hook->action =
		(struct action){ .kind = ACTION_HOOK, .rule = hook->rule, .scope = hook->scope };
	if (!hook->rule || !hook->scope ||
	    sd_event_add_time_relative(supervisor->loop, &hook->limit, CLOCK_MONOTONIC,
				       rule->timeout_usec, 1000, on_adopted_limit, hook) < 0) {
		hook_free(hook);
		return;
	}
	DL_APPEND(supervisor->hooks, hook);
}

static int on_limit(sd_event_source *source, uint64_t usec, void *data)
{
	const struct held_process held = { .pidfd = ((struct hook *)data)->pidfd };
	struct hook *hook = data;

	hook->outcome.code =
		error_set(&hook->outcome.error, ETIMEDOUT,
			  "%s did not end within %llu ms and was killed",
			  TEXT_ESCAPE(hook->command[0]),
			  (unsigned long long)(hook->timeout_usec / CLOCK_USEC_PER_MSEC));
	(void)held_process_signal(&held, SIGKILL);
	return 0;
}

static void on_spawned(struct job *job)
{
	struct move *move = move_of(job);
	struct hook *hook = move->context;
	int r = move->code;

	hook->outcome.code = r;
	hook->outcome.error = move->error;
	if (r == -ECANCELED)
		(void)error_set(&hook->outcome.error, ECANCELED,
				"slicectld stopped before it was begun");
	hook->pidfd = move->pidfd;
	move->pidfd = -1;
	move_free(move);
	if (r < 0) {
		finish(hook);
		return;
	}
	/* We are about to stop: it goes on as those that run. */
	if (sd_event_get_state(hook->supervisor->loop) == SD_EVENT_FINISHED)
		return;
	r = sd_event_add_io(hook->supervisor->loop, &hook->exited, hook->pidfd, EPOLLIN, on_exited,
			    hook);
	if (r >= 0)
		r = sd_event_add_time_relative(hook->supervisor->loop, &hook->limit, CLOCK_MONOTONIC,
					       hook->timeout_usec, 1000, on_limit, hook);
	if (r >= 0)
		return;
	hook->exited = sd_event_source_disable_unref(hook->exited);
	hook->outcome.code = error_set(&hook->outcome.error, -r, "cannot watch it: %s",
				       strerror(-r));
	clean_up(hook);
}

static int copy_command(struct hook *hook, char *const *command)
{
	size_t n = 0;

	while (command[n])
		n++;
	hook->command = calloc(n + 1, sizeof(*hook->command));
	for (size_t i = 0; hook->command && i < n; i++) {
		hook->command[i] = strdup(command[i]);
		if (!hook->command[i])
			return -ENOMEM;
	}
	return hook->command ? 0 : -ENOMEM;
}

/* Nothing of ours but what it may know; values are bytes, and no shell reads them. */
static int fill_environment(struct hook *hook, const char *boot_id)
{
	char time[CLOCK_UTC_SIZE];
	char **entry = hook->environment;

	*entry++ = strdup("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	*entry++ = text_format("SLICECTL_TIME=%s",
			       clock_format_utc(clock_now_ns(CLOCK_REALTIME), time));
	*entry++ = text_format("SLICECTL_RULE=%s", hook->rule);
	*entry++ = text_format("SLICECTL_REASON=%s", hook->reason);
	*entry++ = text_format("SLICECTL_PID=%d", (int)hook->subject.pid);
	*entry++ = text_format("SLICECTL_COMM=%s", hook->subject.comm);
	*entry++ = text_format("SLICECTL_START_TICKS=%llu",
			       (unsigned long long)hook->subject.start_ticks);
	*entry++ = text_format("SLICECTL_BOOT_ID=%s", boot_id);
	*entry++ = text_format("SLICECTL_SCOPE=%s", hook->scope);
	for (char **check = hook->environment; check < entry; check++) {
		if (!*check)
			return -ENOMEM;
	}
	return 0;
}

/* Of a rule that latches: "TIME REASON pid PID". */
static char *latch_text(const struct hook *hook)
{
	char time[CLOCK_UTC_SIZE];

	return text_format("%s %s pid %d", clock_format_utc(clock_now_ns(CLOCK_REALTIME), time),
			   hook->reason, (int)hook->subject.pid);
}

static struct hook *hook_new(struct supervisor *supervisor, const struct action *action)
{
	struct hook *hook = calloc(1, sizeof(*hook));

	if (!hook)
		return NULL;
	hook->supervisor = supervisor;
	hook->pidfd = -1;
	hook->subject = *action->subject;
	hook->timeout_usec = action->hook->timeout_usec;
	hook->rule = strdup(action->rule);
	hook->reason = strdup(action->reason);
	if (action->family && action->family->argv)
		hook->argv = strdup(action->family->argv);
	hook->scope = destination_for(supervisor, action->hook, action->subject);
	if (!hook->rule || !hook->reason || !hook->scope ||
	    copy_command(hook, action->hook->command) < 0 ||
	    fill_environment(hook, supervisor->boot_id) < 0 ||
	    (!action->hook->every_match && !(hook->latch = latch_text(hook)))) {
		hook_free(hook);
		return NULL;
	}
	hook->spawn = (struct slicectl_spawn){
		.file = hook->command[0],
		.argv = (const char *const *)hook->command,
		.envp = (const char *const *)hook->environment,
		.as_service = true,
	};
	hook->action = *action;
	hook->action.family = NULL;
	hook->action.family_pid = action->family ? action->family->family.root_pid : 0;
	hook->action.argv = hook->argv;
	hook->action.held = NULL;
	hook->action.hook = NULL;
	hook->action.rule = hook->rule;
	hook->action.scope = hook->scope;
	hook->action.subject = &hook->subject;
	hook->action.reason = hook->reason;
	return hook;
}

void hook_begin(struct supervisor *supervisor, const struct action *action)
{
	const struct config *config = supervisor->config;
	struct hook *hook = hook_new(supervisor, action);
	struct move *move = hook ? move_new(supervisor, MOVE_SPAWN, NULL, hook->scope, hook->rule) :
				   NULL;

	if (!move) {
		log_error("out of memory: the hook of rule %s is not run", action->rule);
		if (hook)
			hook_free(hook);
		return;
	}
	DL_APPEND(supervisor->hooks, hook);
	move->job.done = on_spawned;
	move->context = hook;
	move->make = true;
	move->limits = config_rule_limits(config, action->hook);
	move->spawn = &hook->spawn;
	if (hook->latch) {
		move->latch_mark = text_format("%s%s", MARK_LATCH, hook->rule);
		move->latch = TAKE_PTR(hook->latch);
	}
	mover_submit_slow(supervisor, move);
}

bool hook_is_under_way(const struct supervisor *supervisor, const struct rule *rule,
		       const char *scope)
{
	const struct hook *hook;

	/* Also one that does not latch does not run twice for the same process. */
	DL_FOREACH (supervisor->hooks, hook) {
		if (rule->every_match ? scope && text_equal(hook->scope, scope) :
					text_equal(hook->rule, rule->name))
			return true;
	}
	return false;
}
