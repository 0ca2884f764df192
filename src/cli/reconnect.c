/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/reconnect.h"

#include <errno.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"

#define PAUSE_MIN_USEC (50 * CLOCK_USEC_PER_MSEC)
#define PAUSE_MAX_USEC (2 * CLOCK_USEC_PER_SEC)

static void pause_before_next(struct reconnect *reconnect)
{
	uint64_t usec = reconnect->pause_usec ? reconnect->pause_usec : PAUSE_MIN_USEC;
	const struct timespec span = {
		.tv_sec = (time_t)(usec / CLOCK_USEC_PER_SEC),
		.tv_nsec = (long)(usec % CLOCK_USEC_PER_SEC) * 1000,
	};

	(void)nanosleep(&span, NULL);
	reconnect->pause_usec = 2 * usec < PAUSE_MAX_USEC ? 2 * usec : PAUSE_MAX_USEC;
}

bool reconnect_again(struct reconnect *reconnect, int result, uint64_t deadline_usec)
{
	if (result != -ECONNRESET && !(result == -ECONNREFUSED && reconnect->is_lost))
		return false;
	if (clock_now_usec() >= deadline_usec)
		return false;
	if (!reconnect->is_lost)
		log_warning("slicectld has closed the connection; waiting until it runs again");
	reconnect->is_lost = true;
	pause_before_next(reconnect);
	return true;
}

bool reconnect_done(struct reconnect *reconnect)
{
	bool was_lost = reconnect->is_lost;

	*reconnect = (struct reconnect){ 0 };
	return was_lost;
}
