/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/context.h"

#include <errno.h>
#include <string.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/hierarchy.h"
#include "cgroup/mark.h"
#include "cgroup/name.h"
#include "cli/ask.h"
#include "cli/print.h"
#include "config/authority.h"
#include "config/words.h"
#include "control/audit.h"
#include "control/client.h"

#define LOCK_WAIT_USEC (5 * CLOCK_USEC_PER_SEC)
#define ASK_LOADED_USEC (2 * CLOCK_USEC_PER_SEC)

/* The files of a reply, in the order in which they were read. */
static int read_loaded(const json_t *reply, const char *wanted, struct config **ret_config)
{
	_cleanup_problems_ struct problem_list problems = { 0 };
	_cleanup_words_ char **files = NULL, **texts = NULL;
	const json_t *file;
	size_t i;

	json_array_foreach (json_object_get(reply, "files"), i, file) {
		if (words_add(&files, ask_text(file, "path", "")) < 0 ||
		    words_add(&texts, ask_text(file, "text", "")) < 0)
			return -ENOMEM;
	}
	if (!files || (wanted && !words_include(files, wanted)))
		return -ENOENT;
	return config_load(&(struct config_source){ .root = "",
						    .loaded_files = files,
						    .loaded_texts = texts },
			   ret_config, &problems);
}

/* The configuration that slicectld runs with, for root.  -errno when there is none, or when it is of
 * other files than @source. */
static int ask_loaded(const struct config_source *source, struct config **ret_config)
{
	json_t *reply = NULL;
	int r = client_call(source->root, "Configuration", NULL, ASK_LOADED_USEC, &reply, NULL);

	if (r == 0)
		r = read_loaded(reply, source->file, ret_config);
	json_decref(reply);
	return r;
}

/* One broken file must not keep an operator from looking, or from ending something. */
static int load_leniently(struct invocation *invocation, const struct config_source *source,
			  struct slicectl_error *error)
{
	_cleanup_problems_ struct problem_list problems = { 0 }, again = { 0 };
	int r = config_load(source, &invocation->config, &problems);

	if (r == -EBADMSG && ask_loaded(source, &invocation->config) == 0) {
		log_warning("the configuration has %zu problem%s, so what slicectld loaded before is used; slicectl check-config lists them; the first: %s",
			    problems.count, print_plural(problems.count), problems.lines[0]);
		return 0;
	}
	if (r == -EBADMSG)
		r = config_load_good(source, &invocation->config, &again);
	if (r == -EBADMSG)
		return error_set(error, EBADMSG, "%s",
				 problems.count > 0 ? problems.lines[0] :
						      "the configuration cannot be used");
	if (r < 0)
		return error_set(error, -r, "cannot load the configuration: %s", strerror(-r));
	if (problems.count > 0)
		log_warning("the configuration has %zu problem%s, so files of it were not used; slicectl check-config lists them; the first: %s",
			    problems.count, print_plural(problems.count), problems.lines[0]);
	return 0;
}

int context_config(struct invocation *invocation, struct slicectl_error *error)
{
	const struct config_source source = { .root = invocation->root,
					      .file = invocation->config_file };
	_cleanup_problems_ struct problem_list problems = { 0 };
	int r;

	if (invocation->config)
		return 0;
	if (invocation->command && invocation->command->lenient)
		return load_leniently(invocation, &source, error);
	r = config_load(&source, &invocation->config, &problems);
	for (size_t i = 0; i < problems.count; i++)
		log_error("%s", problems.lines[i]);
	if (r == -EBADMSG)
		return error_set(error, EBADMSG,
				 "the configuration has %zu problem%s and was not used",
				 problems.count, print_plural(problems.count));
	return r < 0 ? error_set(error, -r, "cannot load the configuration: %s", strerror(-r)) : 0;
}

/* With --root the cgroup mount is below it, on any file system. */
static int open_hierarchy(struct invocation *invocation, struct slicectl_error *error)
{
	_cleanup_free_ char *root = NULL;
	struct slicectl_hierarchy_options options = {
		.cgroup_root = invocation->cgroup_root ? invocation->cgroup_root :
							 invocation->config->supervisor.base,
		.any_filesystem = *invocation->root != '\0',
	};

	if (*invocation->root && !options.cgroup_root) {
		root = text_format("%s/sys/fs/cgroup", invocation->root);
		if (!root)
			return error_set(error, ENOMEM, "out of memory");
		options.cgroup_root = root;
	}
	return slicectl_hierarchy_open(&options, &invocation->hierarchy, error);
}

int context_hierarchy(struct invocation *invocation, struct slicectl_error *error)
{
	int r;

	r = context_config(invocation, error);
	if (r == 0 && !invocation->hierarchy) {
		r = open_hierarchy(invocation, error);
		if (r == 0)
			r = config_declare(invocation->config, invocation->hierarchy, error);
		if (r == 0)
			log_debug("base of the hierarchy: %s",
				  slicectl_hierarchy_path(invocation->hierarchy));
	}
	return r;
}

int context_adopt(struct invocation *invocation, const char *base, const char *scope,
		  const char *owner, struct slicectl_error *error)
{
	const struct slicectl_hierarchy_options options = {
		.cgroup_root = base,
		.any_filesystem = *invocation->root != '\0',
	};
	int r = slicectl_hierarchy_open(&options, &invocation->hierarchy, error);

	for (const char *slash = strchr(scope, '/'); r == 0 && slash;
	     slash = strchr(slash + 1, '/')) {
		_cleanup_free_ char *path = strndup(scope, (size_t)(slash - scope));
		const struct slicectl_slice slice = { .path = path, .owner = owner };

		r = path ? slicectl_hierarchy_declare(invocation->hierarchy, &slice, NULL, error) :
			   error_set(error, ENOMEM, "out of memory");
	}
	return r;
}

int context_path(const struct invocation *invocation, const char *text, char **ret_path,
		 struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	int r;

	r = name_normalise(slicectl_hierarchy_path(invocation->hierarchy), text, &path, error);
	if (r < 0)
		return r;
	if (!text_ends_with(path, ".slice") &&
	    slicectl_scope_path(invocation->hierarchy, path, ret_path, NULL) == 0)
		return 0;
	*ret_path = TAKE_PTR(path);
	return 0;
}

int context_scope(struct invocation *invocation, char **ret_path, struct slicectl_error *error)
{
	int r;

	r = context_hierarchy(invocation, error);
	if (r < 0)
		return r;
	return slicectl_scope_path(invocation->hierarchy, invocation->operands[0], ret_path, error);
}

int context_lock(struct invocation *invocation, struct slicectl_error *error)
{
	_cleanup_free_ char *path = text_format("%s/run/slicectl/lock", invocation->root);

	if (!path)
		return error_set(error, ENOMEM, "out of memory");
	/* A user that a slice is delegated to cannot open root's lock.  Each of its changes is one
	 * system call, and the kernel serialises them. */
	if (invocation->lock_fd >= 0 || geteuid() != 0)
		return 0;
	return lock_take(path, LOCK_WAIT_USEC, &invocation->lock_fd, error);
}

int context_owner(struct invocation *invocation, const char *path, const char **ret_owner,
		  struct slicectl_error *error)
{
	_cleanup_caller_ struct caller caller = { 0 };
	int r;

	r = caller_self(&caller);
	if (r < 0)
		return error_set(error, -r, "cannot read the groups of this process: %s",
				 strerror(-r));
	return authority_claim(invocation->config, invocation->hierarchy, path,
			       invocation->as_owner, &caller, ret_owner, error);
}

void context_audit(struct invocation *invocation, const struct record *record)
{
	_cleanup_free_ char *actor = text_format("uid:%u", (unsigned)geteuid());
	_cleanup_free_ char *emergency = NULL, *id = NULL;
	const char *path = invocation->config ?
				   audit_path(invocation->config->supervisor.audit_log) :
				   NULL;
	struct slicectl_error failure = SLICECTL_ERROR_INIT;
	struct audit audit = AUDIT_NULL;
	struct record whole = *record;

	/* "-" means the standard output of slicectld, not ours. */
	if (!path || text_equal(path, "-"))
		return;
	whole.time_ns = clock_now_ns(CLOCK_REALTIME);
	whole.actor = actor;
	/* The mark begins with the id of the emergency. */
	if (invocation->hierarchy &&
	    mark_get(invocation->hierarchy, "", MARK_EMERGENCY, &emergency) == 0)
		whole.emergency = id = strndup(emergency, strcspn(emergency, " "));
	if (audit_open(&audit, path, &failure) < 0)
		log_debug("%s", failure.message);
	else if (audit_write(&audit, &whole) < 0)
		log_warning("the audit log %s cannot be written", path);
	audit_close(&audit);
}
