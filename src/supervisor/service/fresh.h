/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A new configuration and what depends on it, before it replaces the one in force.  It is loaded in
 * a thread, because a file system that it comes from may hang.
 */

#include "config/accounts.h"
#include "control/audit.h"
#include "supervisor/node/generation.h"
#include "supervisor/service/options.h"
#include "supervisor/work/worker.h"

struct fresh {
	struct job job;
	struct supervisor_options options;
	struct generation *before; /* in force; not for the thread, which has copies: */
	struct accounts known;
	char *base_before, *audit_before;
	struct config *config;
	struct slicectl_hierarchy *hierarchy;
	/* The log of the new configuration, or after an error that of @before: one that was rotated
	 * must be opened again then, too.  has_audit: it could be opened. */
	struct audit audit;
	bool has_audit;
	int code;
	struct slicectl_error error;
	void *data; /* of the caller */
};

/* A job that loads the configuration; NULL when out of memory. */
struct fresh *fresh_new(const struct supervisor_options *options, struct generation *before,
			void (*done)(struct job *job), void *data);

/* Accepts NULL, returns NULL. */
struct fresh *fresh_free(struct fresh *fresh);
