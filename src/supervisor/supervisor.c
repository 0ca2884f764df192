/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/supervisor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "supervisor/act/emergency.h"
#include "supervisor/act/hook.h"
#include "supervisor/detect/playback.h"
#include "supervisor/detect/resync.h"
#include "supervisor/life/late_answer.h"
#include "supervisor/life/release.h"
#include "supervisor/parts.h"
#include "supervisor/recover.h"
#include "supervisor/service/metrics_file.h"
#include "supervisor/service/notify.h"

struct service_rooms supervisor_rooms(struct supervisor *supervisor)
{
	return (struct service_rooms){
		.node = &supervisor->node,
		.families = supervisor->families,
		.report = supervisor->report,
		.mover = supervisor->mover,
		.act = supervisor->act,
		.life = supervisor->life,
		.observe = supervisor->observe,
		.watches = supervisor->watches,
		.policies = supervisor->policies,
		.detect = supervisor->detect,
		.guard = supervisor->guard,
	};
}

static void close_recording(struct supervisor *supervisor)
{
	struct view *view = &supervisor->node.view;

	if (recording_close(view->recording) < 0 && !detect_recording_failed(supervisor->detect))
		log_error("the recording is incomplete because its end could not be written");
	view->recording = NULL;
}

/* Stops the rooms that act, and disconnects the clients that wait for them.  Returns false when a
 * thread hangs. */
static bool stop_rooms(struct supervisor *supervisor)
{
	bool idle = act_stop(supervisor->act);

	policies_stop(supervisor->policies); /* after the changes that were under way */
	supervisor->control = control_close(supervisor->control);
	supervisor->guard = guard_free(supervisor->guard);
	idle = service_close(supervisor->service) && idle;
	idle = mover_close(supervisor->mover) && idle;
	detect_stop(supervisor->detect);
	if (supervisor->act)
		hooks_log_left(act_hooks(supervisor->act));
	return idle;
}

static void free_rooms(struct supervisor *supervisor)
{
	supervisor->detect = detect_free(supervisor->detect);
	supervisor->policies = policies_free(supervisor->policies);
	supervisor->watches = watches_free(supervisor->watches);
	supervisor->observe = observe_free(supervisor->observe);
	supervisor->life = life_free(supervisor->life);
	supervisor->act = act_free(supervisor->act);
	supervisor->families = families_free(supervisor->families);
}

struct supervisor *supervisor_free(struct supervisor *supervisor)
{
	bool idle;

	if (!supervisor)
		return NULL;
	notify_stopping();
	idle = stop_rooms(supervisor);
	close_recording(supervisor);
	idle = report_close(supervisor->report) && idle;
	/* The threads of processes that are never read end with the program. */
	idle = reader_close(supervisor->node.view.reader) && idle;
	supervisor->node.view.reader = NULL;
	if (!idle) /* a thread hangs and may still use the rooms; the program exits now */
		return NULL;
	free_rooms(supervisor);
	node_done(&supervisor->node);
	cleanup_close(&supervisor->lock_fd);
	free(supervisor);
	return NULL;
}

static int run_loop(struct supervisor *supervisor)
{
	const struct node *node = &supervisor->node;
	int r = detect_start(supervisor->detect);

	if (r < 0)
		return r;
	log_info("supervising %zu processes below %s; rules: %zu; detector: %s%s", node->table.count,
		 slicectl_hierarchy_path(node->hierarchy), node->config->rules.count,
		 detect_name(supervisor->detect), node->dry_run ? " (dry run)" : "");
	observe_apply(supervisor->observe);
	watches_apply(supervisor->watches);
	policies_apply(supervisor->policies);
	notify_ready(supervisor->service);
	service_schedule_lookup(supervisor->service);
	service_schedule_metrics(supervisor->service);
	return sd_event_loop(node->loop);
}

int supervisor_run(struct supervisor *supervisor, struct slicectl_error *error)
{
	const struct service_rooms rooms = supervisor_rooms(supervisor);
	int r;

	/* We have subscribed already, so no event is missed between the scan and the loop. */
	emergency_restore(act_emergency(supervisor->act));
	policies_recover(supervisor->policies);
	recover_scopes(supervisor);
	r = resync_scan(supervisor->detect, error);
	if (r < 0)
		return r;
	mover_settle_moves(supervisor->mover); /* ready means that the moves of the scan are done */
	supervisor->control = control_open(&rooms, supervisor->service);
	r = run_loop(supervisor);
	return r < 0 ? error_set(error, -r, "the event loop failed: %s", strerror(-r)) : 0;
}

/* Decides about the processes that could not be read at once, or not in time. */
static void await_answers(struct supervisor *supervisor)
{
	sd_event *loop = supervisor->node.loop;

	while (late_answer_is_expected(supervisor->life) &&
	       sd_event_get_state(loop) != SD_EVENT_FINISHED)
		(void)sd_event_run(loop, READER_OVERDUE_USEC);
}

int supervisor_run_once(struct supervisor *supervisor, struct slicectl_error *error)
{
	sd_event *loop = supervisor->node.loop;
	int r;

	if (!supervisor->is_guest)
		recover_scopes(supervisor);
	r = resync_scan(supervisor->detect, error);
	if (r < 0)
		return r;
	await_answers(supervisor);
	mover_settle(supervisor->mover);
	(void)release_now(supervisor->life);
	mover_settle(supervisor->mover);
	/* Wait for the hooks; each exits by itself or is killed at its time limit. */
	while (!hooks_are_done(act_hooks(supervisor->act)) &&
	       sd_event_get_state(loop) != SD_EVENT_FINISHED)
		(void)sd_event_run(loop, UINT64_MAX);
	/* This includes the families that were adopted. */
	return (int)life_counts(supervisor->life).matched;
}

int supervisor_run_replay(struct supervisor *supervisor, struct slicectl_error *error)
{
	int r = playback(supervisor->detect, error);

	service_log_sum(supervisor->service, "the end of the recording");
	return r;
}
