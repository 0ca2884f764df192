/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/hook.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/mark.h"
#include "supervisor/act/hook_state.h"
#include "supervisor/act/parts.h"
#include "supervisor/work/removal.h"
#include "supervisor/work/spawn.h"

#define DESTROY_USEC (5 * CLOCK_USEC_PER_SEC)

struct hooks {
	struct act *act;
	struct hook *list;
};

struct hooks *hooks_new(struct act *act)
{
	struct hooks *hooks = calloc(1, sizeof(*hooks));

	if (hooks)
		hooks->act = act;
	return hooks;
}

void hooks_log_left(const struct hooks *hooks)
{
	const struct hook *hook;

	DL_FOREACH (hooks->list, hook)
		log_info("the hook of %s in %s keeps running; the next slicectld gives it its full timeout again",
			 hook->rule, hook->scope);
}

struct hooks *hooks_free(struct hooks *hooks)
{
	struct hook *hook, *next;

	if (!hooks)
		return NULL;
	DL_FOREACH_SAFE (hooks->list, hook, next) {
		DL_DELETE(hooks->list, hook);
		hook_free(hook);
	}
	free(hooks);
	return NULL;
}

bool hooks_are_done(const struct hooks *hooks)
{
	return !hooks->list;
}

static void hook_finish(struct hook *hook)
{
	struct hooks *hooks = hook->hooks;

	report_action(hooks->act->report, &hook->action, &hook->outcome);
	DL_DELETE(hooks->list, hook);
	hook_free(hook);
}

static void on_destroyed(struct job *job)
{
	struct removal *removal = removal_of(job);
	const struct change *change = &removal->change;
	struct hook *hook = change->subject;

	/* -ECANCELED: the removal was dropped because slicectld stops.  It is left to the next
	 * supervisor. */
	if (hook->outcome.code == 0 && change->code < 0 && change->code != -ENOENT &&
	    change->code != -ECANCELED) {
		hook->outcome.code = change->code;
		hook->outcome.error = change->error;
	}
	removal_free(removal);
	hook_finish(hook);
}

/* Kills what the hook left behind and removes its scope. */
static void hook_clean_up(struct hook *hook)
{
	struct act *act = hook->hooks->act;
	struct removal *removal = removal_new(act->node, hook->scope, hook->rule, NULL,
					      DESTROY_USEC);

	if (!removal) {
		hook_finish(hook);
		return;
	}
	removal->change.job.done = on_destroyed;
	removal->change.subject = hook;
	mover_submit_slow(act->mover, &removal->change);
}

/* Sets the outcome from the exit status of the hook. */
static void hook_set_outcome(struct hook *hook, const siginfo_t *info)
{
	if (info->si_pid == 0 && hook->outcome.code == 0)
		hook->outcome.code = error_set(&hook->outcome.error, ECHILD,
					       "%s exited, but another process reaped its status",
					       TEXT_ESCAPE(hook->program.command[0]));
	if (hook->outcome.code < 0 || (info->si_code == CLD_EXITED && info->si_status == 0))
		return;
	hook->outcome.code = error_set(&hook->outcome.error, EIO,
				       info->si_code == CLD_EXITED ? "%s exited with status %d" :
								     "%s was killed by signal %d",
				       TEXT_ESCAPE(hook->program.command[0]), info->si_status);
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
	hook_set_outcome(hook, &info);
	hook_clean_up(hook);
	return 0;
}

/* A hook that an earlier supervisor started is not our child: its exit status is lost, and only
 * whether its scope is empty can be seen. */
static int on_adopted_limit(sd_event_source *source, uint64_t usec, void *data)
{
	struct hook *hook = data;
	bool empty = true;

	(void)slicectl_scope_is_empty(hook->hooks->act->node->hierarchy, hook->scope, &empty, NULL);
	if (!empty)
		hook->outcome.code =
			error_set(&hook->outcome.error, ETIMEDOUT,
				  "the hook of an earlier slicectld did not exit within %llu ms and was killed",
				  (unsigned long long)(hook->timeout_usec / CLOCK_USEC_PER_MSEC));
	hook_clean_up(hook);
	return 0;
}

void hooks_adopt(struct hooks *hooks, const struct rule *rule, const char *scope)
{
	struct hook *hook = calloc(1, sizeof(*hook));

	if (!hook)
		return;
	*hook = (struct hook){ .hooks = hooks,
			       .pidfd = -1,
			       .rule = strdup(rule->name),
			       .scope = strdup(scope),
			       .timeout_usec = rule->timeout_usec };
	hook->action =
		(struct action){ .kind = ACTION_HOOK, .rule = hook->rule, .scope = hook->scope };
	if (!hook->rule || !hook->scope ||
	    sd_event_add_time_relative(hooks->act->node->loop, &hook->limit, CLOCK_MONOTONIC,
				       rule->timeout_usec, 1000, on_adopted_limit, hook) < 0) {
		hook_free(hook);
		return;
	}
	DL_APPEND(hooks->list, hook);
}

static int on_limit(sd_event_source *source, uint64_t usec, void *data)
{
	const struct held_process held = { .pidfd = ((struct hook *)data)->pidfd };
	struct hook *hook = data;

	hook->outcome.code =
		error_set(&hook->outcome.error, ETIMEDOUT,
			  "%s did not exit within %llu ms and was killed",
			  TEXT_ESCAPE(hook->program.command[0]),
			  (unsigned long long)(hook->timeout_usec / CLOCK_USEC_PER_MSEC));
	(void)held_process_signal(&held, SIGKILL);
	return 0;
}

static int hook_watch(struct hook *hook)
{
	sd_event *loop = hook->hooks->act->node->loop;
	int r = sd_event_add_io(loop, &hook->exited, hook->pidfd, EPOLLIN, on_exited, hook);

	return r < 0 ? r :
		       sd_event_add_time_relative(loop, &hook->limit, CLOCK_MONOTONIC,
						  hook->timeout_usec, 1000, on_limit, hook);
}

/* Takes the outcome and the pidfd from @spawn, and frees it. */
static void hook_take_spawn(struct hook *hook, struct spawn *spawn)
{
	hook->outcome.code = spawn->change.code;
	hook->outcome.error = spawn->change.error;
	if (hook->outcome.code == -ECANCELED)
		(void)error_set(&hook->outcome.error, ECANCELED,
				"slicectld stopped before the hook was started");
	hook->pidfd = TAKE_FD(spawn->pidfd);
	spawn_free(spawn);
}

static void on_spawned(struct job *job)
{
	struct spawn *spawn = spawn_of(job);
	struct hook *hook = spawn->change.subject;
	int r;

	hook_take_spawn(hook, spawn);
	if (hook->outcome.code < 0) {
		hook_finish(hook);
		return;
	}
	/* The daemon stops: leave this hook running, as the other hooks. */
	if (sd_event_get_state(hook->hooks->act->node->loop) == SD_EVENT_FINISHED)
		return;
	r = hook_watch(hook);
	if (r >= 0)
		return;
	hook->exited = sd_event_source_disable_unref(hook->exited);
	hook->outcome.code = error_set(&hook->outcome.error, -r,
				       "cannot watch the process of the hook: %s", strerror(-r));
	hook_clean_up(hook);
}

void hook_begin(struct hooks *hooks, const struct action *action)
{
	struct act *act = hooks->act;
	struct hook *hook = hook_new(hooks, action, act->node->boot_id);
	struct spawn *spawn = hook ? spawn_new(act->node, hook->scope, hook->rule) : NULL;

	if (!spawn) {
		log_error("out of memory: the hook of %s is not run", action->rule);
		if (hook)
			hook_free(hook);
		return;
	}
	DL_APPEND(hooks->list, hook);
	spawn->change.job.done = on_spawned;
	spawn->change.subject = hook;
	spawn->limits = config_rule_limits(act->node->config, action->hook);
	spawn->program = &hook->program.spawn;
	spawn->latch = TAKE_PTR(hook->latch);
	mover_submit_slow(act->mover, &spawn->change);
}

bool hooks_has(const struct hooks *hooks, const struct rule *rule, const char *scope)
{
	const struct hook *hook;

	/* A hook that does not latch does not run twice at a time for one process either. */
	DL_FOREACH (hooks->list, hook) {
		if (rule->every_match ? scope && text_equal(hook->scope, scope) :
					text_equal(hook->rule, rule->name))
			return true;
	}
	return false;
}

/* The mark says that it has run. */
bool hooks_has_latched(const struct hooks *hooks, const struct rule *rule, const char *scope)
{
	_cleanup_free_ char *mark = text_format("%s%s", MARK_LATCH, rule->name), *latch = NULL;
	int r;

	if (hooks_has(hooks, rule, scope))
		return true;
	if (rule->every_match)
		return false;
	if (!mark || !scope || hooks->act->node->dry_run)
		return false;
	r = mark_get_of_root(hooks->act->node->hierarchy, scope, mark, &latch);
	if (error_is_shortage(r)) {
		log_warning("whether the hook of %s has run cannot be read: %s; it is not run",
			    rule->name, strerror(-r));
		return true;
	}
	if (r < 0)
		return false;
	log_debug("the hook of %s has already run (%s) and was not armed again", rule->name, latch);
	return true;
}
