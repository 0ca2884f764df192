/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is kept of one hook from its match until its scope is removed.  All of it is copied, because
 * the family and the configuration may be gone by then.  For hook.c only. */

#include "supervisor/act/hook_program.h"
#include "supervisor/report/action.h"

struct hooks;

/* A hook that is running. */
struct hook {
	struct hooks *hooks;
	struct action action; /* for its record; its pointers refer to the members below */
	struct outcome outcome;
	struct procfs_stat subject;
	char *rule, *scope, *reason, *latch, *argv;
	struct hook_program program;
	uint64_t timeout_usec;
	int pidfd;
	sd_event_source *exited, *limit;
	struct hook *next, *prev;
};

/* For the match that @action describes.  NULL when out of memory. */
struct hook *hook_new(struct hooks *hooks, const struct action *action, const char *boot_id);

void hook_free(struct hook *hook);
