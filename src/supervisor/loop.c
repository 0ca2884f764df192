/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/loop.h"

#include <signal.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "supervisor/reload.h"

void loop_say_sum(const struct supervisor *supervisor, const char *why)
{
	log_info(supervisor->dry_run ?
			 "%s: stopping a dry run, in which nothing was done; of families %llu would have been placed, %llu killed, %llu monitored, and %llu failed" :
			 "%s: stopping; %llu placed, %llu killed, %llu monitored, %llu failed; families stay as they are",
		 why, (unsigned long long)supervisor->counters.placed,
		 (unsigned long long)supervisor->counters.killed,
		 (unsigned long long)supervisor->counters.monitored,
		 (unsigned long long)supervisor->counters.failed);
	log_debug("%llu events, %llu ended before they could be read, %llu forged, %llu malformed, %llu overruns, %llu new subscriptions, %llu processes without room",
		  (unsigned long long)supervisor->received,
		  (unsigned long long)supervisor->counters.unread,
		  (unsigned long long)supervisor->connector.forged,
		  (unsigned long long)supervisor->connector.datagram.malformed,
		  (unsigned long long)supervisor->connector.overruns,
		  (unsigned long long)supervisor->counters.relistens,
		  (unsigned long long)supervisor->table.rejected);
}

static int on_terminate(sd_event_source *source, const struct signalfd_siginfo *info, void *data)
{
	struct supervisor *supervisor = data;

	loop_say_sum(supervisor, strsignal((int)info->ssi_signo));
	return sd_event_exit(supervisor->loop, 0);
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *data)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (!((struct supervisor *)data)->view.replay)
		(void)reload(data, &error);
	return 0;
}

int loop_open(struct supervisor *supervisor, struct slicectl_error *error)
{
	sigset_t signals;
	int r;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	r = sd_event_new(&supervisor->loop);
	if (r >= 0)
		r = sd_event_add_signal(supervisor->loop, NULL, SIGTERM, on_terminate, supervisor);
	if (r >= 0)
		r = sd_event_add_signal(supervisor->loop, NULL, SIGINT, on_terminate, supervisor);
	if (r >= 0)
		r = sd_event_add_signal(supervisor->loop, NULL, SIGHUP, on_hangup, supervisor);
	if (r < 0)
		return error_set(error, -r, "cannot set up the event loop: %s", strerror(-r));
	return 0;
}
