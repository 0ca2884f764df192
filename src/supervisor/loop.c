/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/loop.h"

#include <signal.h>
#include <string.h>

#include "base/error.h"
#include "supervisor/parts.h"
#include "supervisor/service/reload.h"

static int on_terminate(sd_event_source *source, const struct signalfd_siginfo *info, void *data)
{
	struct supervisor *supervisor = data;

	service_log_sum(supervisor->service, strsignal((int)info->ssi_signo));
	return sd_event_exit(supervisor->node.loop, 0);
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *data)
{
	struct supervisor *supervisor = data;

	if (!supervisor->node.view.replay)
		reload_begin(supervisor->service, NULL);
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
	r = sd_event_new(&supervisor->node.loop);
	if (r >= 0)
		r = sd_event_add_signal(supervisor->node.loop, NULL, SIGTERM, on_terminate,
					supervisor);
	if (r >= 0)
		r = sd_event_add_signal(supervisor->node.loop, NULL, SIGINT, on_terminate,
					supervisor);
	if (r >= 0)
		r = sd_event_add_signal(supervisor->node.loop, NULL, SIGHUP, on_hangup, supervisor);
	if (r < 0)
		return error_set(error, -r, "cannot set up the event loop: %s", strerror(-r));
	return 0;
}
