/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/signal_name.h"

#include <errno.h>
#include <signal.h>

#include "base/cleanup.h"
#include "base/text.h"

static const struct {
	int signal;
	const char *name;
} signals[] = {
	{ SIGHUP, "HUP" },   { SIGINT, "INT" },   { SIGQUIT, "QUIT" }, { SIGABRT, "ABRT" },
	{ SIGUSR1, "USR1" }, { SIGUSR2, "USR2" }, { SIGTERM, "TERM" }, { SIGKILL, "KILL" },
};

int signal_parse(const char *text, int *ret_signal)
{
	if (text_starts_with(text, "SIG"))
		text += strlen("SIG");
	for (size_t i = 0; i < ELEMENTS(signals); i++) {
		if (text_equal(text, signals[i].name)) {
			*ret_signal = signals[i].signal;
			return 0;
		}
	}
	return -EINVAL;
}

const char *signal_name(int signal)
{
	for (size_t i = 0; i < ELEMENTS(signals); i++) {
		if (signals[i].signal == signal)
			return signals[i].name;
	}
	return NULL;
}
