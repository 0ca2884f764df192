/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/fresh.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/container.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "supervisor/service/load.h"

static int check_base(const struct fresh *fresh, struct slicectl_error *error)
{
	const char *after = slicectl_hierarchy_path(fresh->hierarchy);

	if (text_equal(fresh->base_before, after))
		return 0;
	return error_set(error, EBUSY,
			 "the base cannot change from %s to %s while slicectld runs; restart it",
			 fresh->base_before, after);
}

static int load(struct fresh *fresh, struct slicectl_error *error)
{
	int r = load_config(&fresh->options, &fresh->known, &fresh->config, error);

	if (r == 0)
		r = load_hierarchy(&fresh->options, fresh->config, &fresh->hierarchy, error);
	if (r == 0)
		r = check_base(fresh, error);
	if (r < 0)
		return r;
	r = audit_open_key(&fresh->audit, fresh->config->supervisor.audit_log, error);
	fresh->has_audit = r == 0;
	return r;
}

/* Records would go on to the file that was rotated away. */
static void reopen_audit(struct fresh *fresh)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	fresh->has_audit = audit_open_key(&fresh->audit, fresh->audit_before, &error) == 0;
	if (!fresh->has_audit)
		log_debug("%s", error.message);
}

/* Runs in the thread. */
static void fresh_run(struct job *job)
{
	struct fresh *fresh = container_of(job, struct fresh, job);

	fresh->code = load(fresh, &fresh->error);
	if (fresh->code < 0)
		reopen_audit(fresh);
}

static bool copy_before(struct fresh *fresh)
{
	const char *base = slicectl_hierarchy_path(fresh->before->hierarchy);
	const struct config *config = fresh->before->config;

	fresh->base_before = strdup(base);
	if (config->supervisor.audit_log) /* NULL is the default */
		fresh->audit_before = strdup(config->supervisor.audit_log);
	return fresh->base_before && !fresh->audit_before == !config->supervisor.audit_log &&
	       accounts_copy(&config->accounts, &fresh->known) == 0;
}

struct fresh *fresh_new(const struct supervisor_options *options, struct generation *before,
			void (*done)(struct job *job), void *data)
{
	struct fresh *fresh = calloc(1, sizeof(*fresh));

	if (!fresh)
		return NULL;
	*fresh = (struct fresh){ .job = { .run = fresh_run, .done = done },
				 .options = *options,
				 .before = generation_ref(before),
				 .audit = AUDIT_NULL,
				 .code = -ECANCELED,
				 .error = SLICECTL_ERROR_INIT,
				 .data = data };
	return copy_before(fresh) ? fresh : fresh_free(fresh);
}

struct fresh *fresh_free(struct fresh *fresh)
{
	if (!fresh)
		return NULL;
	audit_close(&fresh->audit);
	slicectl_hierarchy_free(fresh->hierarchy);
	(void)config_free(fresh->config);
	(void)generation_unref(fresh->before);
	accounts_done(&fresh->known);
	free(fresh->base_before);
	free(fresh->audit_before);
	free(fresh);
	return NULL;
}
