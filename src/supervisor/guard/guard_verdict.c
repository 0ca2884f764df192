/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/guard/guard_verdict.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/limits.h"
#include "cgroup/mark.h"
#include "supervisor/act/requests.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/guard/guard_return.h"
#include "supervisor/guard/guard_writer.h"
#include "supervisor/guard/parts.h"

/* A write, taken apart. */
struct seen {
	const char *cgroup; /* relative to the base */
	const char *file;   /* "memory.max" */
	const char *owner;
	const struct guard_writer *writer; /* NULL: it has ended */
};

static bool may(const struct guard *guard, const char *owner, const struct caller *caller)
{
	struct slicectl_error ignored = SLICECTL_ERROR_INIT;

	return authority_check(guard->node->config, owner, caller, &ignored) == 0;
}

static void tell(struct guard *guard, const struct seen *seen, const char *what, const char *reason)
{
	_cleanup_free_ char *actor =
		seen->writer ? text_format("uid:%u", (unsigned)seen->writer->caller.uid) :
			       strdup("nobody known");
	_cleanup_free_ char *path = text_format("%s%s%s", seen->cgroup, seen->file ? "/" : "",
						seen->file ? seen->file : "");
	struct procfs_stat subject = { .pid = seen->writer ? seen->writer->pid : 0 };
	struct action action = action_own(what, path, reason);

	if (!actor || !path)
		return;
	if (seen->writer)
		(void)snprintf(subject.comm, sizeof(subject.comm), "%s", seen->writer->comm);
	action.actor = actor;
	action.owner = seen->owner;
	action.subject = seen->writer ? &subject : NULL;
	guard->reported++;
	report_action(guard->report, &action, &(struct outcome){ .error = SLICECTL_ERROR_INIT });
}

static const struct config_slice *slice_of(const struct config *config, const char *path)
{
	for (size_t i = 0; i < config->n_slices; i++) {
		if (text_equal(config->slices[i].path, path))
			return &config->slices[i];
	}
	return NULL;
}

/* Among @limits the one of that file, or NULL. */
static const char *declared_value(const struct slicectl_limits *limits, const char *file)
{
	for (size_t i = 0; i < slicectl_limits_count(limits); i++) {
		if (text_equal(slicectl_limits_file(limits, i), file))
			return slicectl_limits_value(limits, i);
	}
	return NULL;
}

/* Whether children get the controllers that they shall have. */
static bool passes_controllers(struct guard *guard, const char *slice)
{
	struct slicectl_plan *plan = NULL;
	bool differs = false;

	if (slicectl_hierarchy_plan(guard->node->hierarchy, &plan, NULL) < 0)
		return true; /* we cannot say that they do not */
	for (size_t i = 0; i < slicectl_plan_count(plan); i++) {
		const struct slicectl_change *change = slicectl_plan_change(plan, i);

		differs = differs || (change->kind == SLICECTL_CHANGE_ENABLE &&
				      text_equal(change->path, slice));
	}
	slicectl_plan_free(plan);
	return !differs;
}

/* The limits that a rule gave the scope, where they set @file; or NULL. */
static const struct slicectl_limits *rule_limits_of(const struct guard *guard,
						    const struct seen *seen)
{
	const struct family *family;

	DL_FOREACH (families_first(guard->families), family) {
		const struct slicectl_limits *limits;

		if (!family->scope || !family->scope->owned ||
		    !text_equal(family->scope->path, seen->cgroup))
			continue;
		limits = config_rule_limits(family->generation->config, family->rule);
		if (declared_value(limits, seen->file))
			return limits;
	}
	return NULL;
}

/* Of a slice or of a rule's scope; NULL where @file is not declared. */
static const struct slicectl_limits *limits_of(const struct guard *guard, const struct seen *seen)
{
	const struct config_slice *slice = slice_of(guard->node->config, seen->cgroup);

	if (!slice)
		return rule_limits_of(guard, seen);
	return declared_value(slice->limits, seen->file) ? slice->limits : NULL;
}

/* What can be set right: a declared limit.  What was killed, frozen or moved in cannot. */
static bool can_revert(const struct guard *guard, const struct seen *seen)
{
	return guard->node->config->supervisor.guard == CONFIG_GUARD_REVERT && seen->writer &&
	       limits_of(guard, seen);
}

/* Only that file: what the owner wrote to others is his. */
static void revert(struct guard *guard, const struct seen *seen)
{
	const char *value = declared_value(limits_of(guard, seen), seen->file);
	struct slicectl_limits *only = slicectl_limits_new();
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (only && slicectl_limits_set(only, seen->file, value, &error) == 0)
		requests_submit_own(act_requests(guard->act), DEED_RESTORE, "guard.restore",
				    seen->cgroup, seen->owner, only, 0, seen->file);
	slicectl_limits_free(only);
}

static void act(struct guard *guard, const struct seen *seen)
{
	_cleanup_free_ char *key = text_format("%s/%s", seen->cgroup, seen->file);
	bool reverts = can_revert(guard, seen);
	enum guard_step step = key ? guard_count(&guard->counts, key, reverts, clock_now_usec()) :
				     GUARD_TELL;

	if (step == GUARD_SILENT)
		return;
	tell(guard, seen, step == GUARD_CONTENDED ? "guard.contended" : "guard.write",
	     seen->writer ? "the writer is not the owner" :
			    "the writer has ended; nobody knows who it was");
	if (step == GUARD_REVERT)
		revert(guard, seen);
}

/* The cgroup in the tree that the file is of; NULL for what is not ours. */
static char *take_apart(const struct guard *guard, const char *file, const char **ret_name)
{
	const char *base = slicectl_hierarchy_path(guard->node->hierarchy);
	size_t length = strlen(base);
	const char *slash = strrchr(file, '/');

	if (!text_starts_with(file, base) || file[length] != '/' || slash <= file + length)
		return NULL;
	*ret_name = slash + 1;
	return strndup(file + length + 1, (size_t)(slash - file) - length - 1);
}

/* Slices and scopes; what lies below a scope is the business of who is in it. */
static bool is_guarded(const struct guard *guard, const char *cgroup)
{
	const char *slash = strrchr(cgroup, '/');
	_cleanup_free_ char *parent = slash ? strndup(cgroup, (size_t)(slash - cgroup)) : NULL;

	return slice_of(guard->node->config, cgroup) ||
	       (parent && slice_of(guard->node->config, parent));
}

/* What a write changed is as it is declared: then it does not matter who wrote. */
static bool agrees(struct guard *guard, const struct seen *seen)
{
	const struct slicectl_limits *limits = limits_of(guard, seen);
	const char *declared = limits ? declared_value(limits, seen->file) : NULL;
	_cleanup_free_ char *current = NULL;

	if (text_equal(seen->file, "cgroup.subtree_control"))
		return slice_of(guard->node->config, seen->cgroup) &&
		       passes_controllers(guard, seen->cgroup);
	if (!declared)
		return false;
	return hierarchy_read_text(guard->node->hierarchy, seen->cgroup, seen->file, &current) == 0 &&
	       limit_is_current(seen->file, declared, current);
}

void guard_judge(struct guard *guard, const char *file, int fd, pid_t pid, int pidfd)
{
	_cleanup_guard_writer_ struct guard_writer writer = { 0 };
	struct seen seen = { 0 };
	_cleanup_free_ char *cgroup = NULL;
	bool is_known = guard_writer_read(guard->node->view.proc_fd, pid, pidfd, &writer) == 0;

	cgroup = take_apart(guard, file, &seen.file);
	/* A member of a family may have been moved there; out of the tree only by root. */
	if (is_known && text_ends_with(file, "/cgroup.procs") && (cgroup || writer.caller.uid == 0))
		guard_return_members(guard, file, fd, &writer.caller);
	if (!cgroup || !is_guarded(guard, cgroup))
		return;
	seen.cgroup = cgroup;
	seen.writer = is_known ? &writer : NULL;
	seen.owner = slicectl_hierarchy_owner(guard->node->hierarchy, cgroup);
	if (!seen.owner || (is_known && may(guard, seen.owner, &writer.caller)) ||
	    agrees(guard, &seen))
		return;
	act(guard, &seen);
}

/* One that we, or slicectl, made: it bears a mark, or is being made. */
static bool is_ours(struct guard *guard, const char *path)
{
	_cleanup_free_ char *making = text_format("%s%s", MARK_MAKING, strrchr(path, '/') + 1);
	_cleanup_free_ char *mark = NULL, *made = NULL;

	/* In this order: the second is there before the first goes. */
	return !making || mark_get_on_parent(guard->node->hierarchy, path, making, &mark) == 0 ||
	       mark_get(guard->node->hierarchy, path, MARK_MADE, &made) != -ENODATA;
}

void guard_judge_cgroup(struct guard *guard, const char *path, uid_t uid, uint64_t id)
{
	struct guard_writer maker = { .caller = { .uid = uid } };
	struct seen seen = { .cgroup = path, .writer = &maker };
	enum guard_step step;

	seen.owner = slicectl_hierarchy_owner(guard->node->hierarchy, path);
	/* One that is another's by now may have been made by root, who hands cgroups over. */
	if (!seen.owner || may(guard, seen.owner, &maker.caller) ||
	    may(guard, seen.owner, &(struct caller){ .uid = 0 }) ||
	    slice_of(guard->node->config, path) || is_ours(guard, path))
		return;
	step = guard_count(&guard->counts, path,
			   guard->node->config->supervisor.guard == CONFIG_GUARD_REVERT,
			   clock_now_usec());
	if (step == GUARD_SILENT)
		return;
	tell(guard, &seen, step == GUARD_CONTENDED ? "guard.contended" : "guard.create",
	     "who made it is not the owner");
	if (step == GUARD_REVERT)
		requests_submit_own(act_requests(guard->act), DEED_REMOVE, "guard.remove", path,
				    seen.owner, NULL, id, "it is foreign and empty");
}
