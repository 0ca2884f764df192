/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/ending.h"

#include <signal.h>

/* include/linux/wait.h: the signal is in the low seven bits, then follow the core dump
 * flag and the status. */
enum {
	SIGNAL_MASK = 0x7f,
	CORE_FLAG = 0x80,
	STATUS_SHIFT = 8,
	STATUS_MASK = 0xff,
};

static const char *const names[_ENDING_CLASS_MAX] = {
	[ENDING_NORMAL] = "normal", [ENDING_ABNORMAL] = "abnormal", [ENDING_GRACEFUL] = "graceful",
	[ENDING_BENIGN] = "benign", [ENDING_CRASH] = "crash",
};

static enum ending_class class_of(int signal, int status)
{
	switch (signal) {
	case 0:
		return status == 0 ? ENDING_NORMAL : ENDING_ABNORMAL;
	case SIGTERM:
	case SIGINT:
	case SIGHUP:
		return ENDING_GRACEFUL;
	case SIGPIPE:
		return ENDING_BENIGN;
	default:
		return ENDING_CRASH;
	}
}

struct ending ending_decode(uint32_t wait_status)
{
	struct ending ending = {
		.signal = (int)(wait_status & SIGNAL_MASK),
		.status = (int)(wait_status >> STATUS_SHIFT & STATUS_MASK),
	};

	/* A core flag without a signal means nothing. */
	ending.core = ending.signal > 0 && (wait_status & CORE_FLAG);
	ending.class = class_of(ending.signal, ending.status);
	return ending;
}

const char *ending_name(enum ending_class class)
{
	return names[class];
}

bool ending_is_crash(const struct ending *ending)
{
	return ending->class == ENDING_CRASH || ending->class == ENDING_ABNORMAL;
}
