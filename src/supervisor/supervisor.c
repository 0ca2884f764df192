/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/supervisor.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "supervisor/detect.h"
#include "supervisor/emergency.h"
#include "supervisor/guard.h"
#include "supervisor/hook.h"
#include "supervisor/journal.h"
#include "supervisor/loop.h"
#include "supervisor/metrics_file.h"
#include "supervisor/mover.h"
#include "supervisor/notify.h"
#include "supervisor/playback.h"
#include "supervisor/rates.h"
#include "supervisor/recover.h"
#include "supervisor/refusals.h"
#include "supervisor/release.h"
#include "supervisor/request_job.h"
#include "supervisor/resync.h"
#include "supervisor/socket.h"
#include "supervisor/supervised.h"
#include "supervisor/tally.h"
#include "supervisor/zombie.h"

struct supervisor *supervisor_free(struct supervisor *supervisor)
{
	bool idle;

	if (!supervisor)
		return NULL;
	notify_stopping(supervisor);
	idle = request_job_close(supervisor); /* and answers who waits */
	socket_close(supervisor);
	guard_close(supervisor);
	emergency_done(supervisor);
	zombie_close(supervisor);
	idle = metrics_file_close(supervisor) && idle;
	idle = mover_close(supervisor) && idle;
	hook_forget_all(supervisor);
	release_forget_all(supervisor);
	detect_stop(supervisor);
	table_done(&supervisor->table);
	sequence_done(&supervisor->sequence);
	if (recording_close(supervisor->view.recording) < 0 && !supervisor->recording_failed)
		log_error("the recording is not complete: its end could not be written");
	replay_close(supervisor->view.replay);
	(void)sd_event_source_unref(supervisor->release_timer);
	(void)sd_event_source_unref(supervisor->retry_timer);
	idle = journal_close(supervisor) && idle;
	audit_close(&supervisor->audit);
	if (!idle) /* a thread hangs and may go on; the program ends now */
		return NULL;
	(void)sd_event_unref(supervisor->loop);
	slicectl_hierarchy_free(supervisor->hierarchy);
	supervised_sweep_configs(supervisor);
	rates_done(supervisor);
	tally_done(supervisor);
	refusals_done(supervisor);
	config_free(supervisor->config);
	cleanup_close(&supervisor->view.proc_fd);
	cleanup_close(&supervisor->lock_fd);
	free(supervisor);
	return NULL;
}

int supervisor_run(struct supervisor *supervisor, struct slicectl_error *error)
{
	int r;

	/* Subscribed already, so nothing falls between the look and the events. */
	emergency_restore(supervisor);
	recover_scopes(supervisor);
	r = resync(supervisor, error);
	if (r < 0)
		return r;
	mover_settle_moves(supervisor); /* ready is who has done what was to be done */
	socket_open(supervisor);
	r = detect_start(supervisor);
	if (r >= 0) {
		log_info("supervising %zu processes below %s; rules: %zu; detector: %s%s",
			 supervisor->table.count, slicectl_hierarchy_path(supervisor->hierarchy),
			 supervisor->config->rules.count, supervisor->detector,
			 supervisor->dry_run ? " (dry run)" : "");
		notify_ready(supervisor);
		metrics_file_schedule(supervisor);
		r = sd_event_loop(supervisor->loop);
	}
	if (r < 0)
		return error_set(error, -r, "the event loop failed: %s", strerror(-r));
	return 0;
}

int supervisor_run_once(struct supervisor *supervisor, struct slicectl_error *error)
{
	int r;

	recover_scopes(supervisor);
	r = resync(supervisor, error);
	if (r < 0)
		return r;
	mover_settle(supervisor);
	(void)release_now(supervisor);
	mover_settle(supervisor);
	/* What was started ends before us, by itself or by its limit. */
	while (supervisor->hooks && sd_event_get_state(supervisor->loop) != SD_EVENT_FINISHED)
		(void)sd_event_run(supervisor->loop, UINT64_MAX);
	/* Also those that an earlier supervisor began. */
	return (int)supervisor->counters.matched;
}

int supervisor_run_replay(struct supervisor *supervisor, struct slicectl_error *error)
{
	int r;

	r = playback(supervisor, error);
	loop_say_sum(supervisor, "the end of the recording");
	return r;
}
