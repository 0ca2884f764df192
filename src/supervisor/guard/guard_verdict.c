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
#include "cgroup/limit_unset.h"
#include "cgroup/limits.h"
#include "cgroup/mark.h"
#include "supervisor/act/requests.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/guard/guard_return.h"
#include "supervisor/guard/guard_writer.h"
#include "supervisor/guard/parts.h"

/* An observed write, or a new cgroup. */
struct guard_change {
	const char *cgroup; /* relative to the base */
	const char *file;   /* "memory.max"; NULL for a new cgroup */
	const char *owner;
	const struct guard_writer *writer; /* NULL when it has exited */
	const char *old, *new;             /* values of a limit; NULL: not known, or no limit */
};

static bool may_act_for(const struct guard *guard, const char *owner, const struct caller *caller)
{
	struct slicectl_error ignored = SLICECTL_ERROR_INIT;

	return authority_check(guard->node->config, owner, caller, &ignored) == 0;
}

static void report_change(struct guard *guard, const struct guard_change *change, const char *what,
			  const char *reason)
{
	_cleanup_free_ char *actor =
		change->writer ? text_format("uid:%u", (unsigned)change->writer->caller.uid) :
				 strdup("unknown");
	_cleanup_free_ char *path = text_format("%s%s%s", change->cgroup, change->file ? "/" : "",
						change->file ? change->file : "");
	struct procfs_stat subject = { .pid = change->writer ? change->writer->pid : 0 };
	struct action action = action_own(what, path, reason);

	if (!actor || !path)
		return;
	if (change->writer)
		(void)snprintf(subject.comm, sizeof(subject.comm), "%s", change->writer->comm);
	action.actor = actor;
	action.old = change->old;
	action.new = change->new;
	action.owner = change->owner;
	action.subject = change->writer ? &subject : NULL;
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

/* Value of @file in @limits, or NULL. */
static const char *declared_value(const struct slicectl_limits *limits, const char *file)
{
	for (size_t i = 0; i < slicectl_limits_count(limits); i++) {
		if (text_equal(slicectl_limits_file(limits, i), file))
			return slicectl_limits_value(limits, i);
	}
	return NULL;
}

/* Whether the slice enables the configured controllers for its children. */
static bool enables_controllers(struct guard *guard, const char *slice)
{
	struct slicectl_plan *plan = NULL;
	bool differs = false;

	if (slicectl_hierarchy_plan(guard->node->hierarchy, &plan, NULL) < 0)
		return true; /* unknown, so assume that it does */
	for (size_t i = 0; i < slicectl_plan_count(plan); i++) {
		const struct slicectl_change *change = slicectl_plan_change(plan, i);

		differs = differs || (change->kind == SLICECTL_CHANGE_ENABLE &&
				      text_equal(change->path, slice));
	}
	slicectl_plan_free(plan);
	return !differs;
}

/* The limits that a rule set on the scope, if they contain @file; otherwise NULL. */
static const struct slicectl_limits *rule_limits_of(const struct guard *guard,
						    const struct guard_change *change)
{
	const struct family *family;

	DL_FOREACH (families_first(guard->families), family) {
		const struct slicectl_limits *limits;

		if (!family->scope || !family->scope->owned ||
		    !text_equal(family->scope->path, change->cgroup))
			continue;
		limits = config_rule_limits(family->generation->config, family->rule);
		if (declared_value(limits, change->file))
			return limits;
	}
	return NULL;
}

/* The configured limits of a slice or of a rule's scope; NULL if they do not contain @file. */
static const struct slicectl_limits *limits_of(const struct guard *guard,
					       const struct guard_change *change)
{
	const struct config_slice *slice = slice_of(guard->node->config, change->cgroup);

	if (!slice)
		return rule_limits_of(guard, change);
	return declared_value(slice->limits, change->file) ? slice->limits : NULL;
}

/* Only a declared limit can be reverted; a kill, a freeze or a move into the cgroup cannot. */
static bool can_revert(const struct guard *guard, const struct guard_change *change)
{
	return guard->node->config->supervisor.guard == CONFIG_GUARD_REVERT && change->writer &&
	       limits_of(guard, change);
}

/* Restores only this file, so that what the owner wrote to other files stays. */
static void revert_write(struct guard *guard, const struct guard_change *change)
{
	const char *value = declared_value(limits_of(guard, change), change->file);
	struct slicectl_limits *only = slicectl_limits_new();
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (only && slicectl_limits_set(only, change->file, value, &error) == 0)
		requests_submit_own(act_requests(guard->act),
				    &(struct own_request){ .kind = DEED_RESTORE,
							   .action = "guard.restore",
							   .path = change->cgroup,
							   .owner = change->owner,
							   .limits = only,
							   .reason = change->file });
	slicectl_limits_free(only);
}

static void handle_write(struct guard *guard, const struct guard_change *change)
{
	_cleanup_free_ char *key = text_format("%s/%s", change->cgroup, change->file);
	bool reverts = can_revert(guard, change);
	enum guard_step step = key ? guard_count(&guard->counts, key, reverts, clock_now_usec()) :
				     GUARD_TELL;

	if (step == GUARD_SILENT)
		return;
	report_change(guard, change, step == GUARD_CONTENDED ? "guard.contended" : "guard.write",
		      change->writer ? "the writer is not the owner" :
				       "the writer exited before it could be identified");
	if (step == GUARD_REVERT)
		revert_write(guard, change);
}

/* Splits the path of an interface file into its cgroup, which the caller frees, and its name.
 * NULL for a file outside our hierarchy. */
static char *split_path(const struct guard *guard, const char *file, const char **ret_name)
{
	const char *base = slicectl_hierarchy_path(guard->node->hierarchy);
	size_t length = strlen(base);
	const char *slash = strrchr(file, '/');

	if (!text_starts_with(file, base) || file[length] != '/' || slash <= file + length)
		return NULL;
	*ret_name = slash + 1;
	return strndup(file + length + 1, (size_t)(slash - file) - length - 1);
}

/* Slices and scopes are guarded.  Cgroups below a scope belong to the processes in it. */
static bool is_guarded(const struct guard *guard, const char *cgroup)
{
	const char *slash = strrchr(cgroup, '/');
	_cleanup_free_ char *parent = slash ? strndup(cgroup, (size_t)(slash - cgroup)) : NULL;

	return slice_of(guard->node->config, cgroup) ||
	       (parent && slice_of(guard->node->config, parent));
}

/* Whether the file now has the declared value: then it does not matter who wrote it. */
static bool is_as_declared(struct guard *guard, const struct guard_change *change)
{
	const struct slicectl_limits *limits = limits_of(guard, change);
	const char *declared = limits ? declared_value(limits, change->file) : NULL;
	_cleanup_free_ char *current = NULL;

	if (text_equal(change->file, "cgroup.subtree_control"))
		return slice_of(guard->node->config, change->cgroup) &&
		       enables_controllers(guard, change->cgroup);
	if (!declared)
		return false;
	return hierarchy_read_text(guard->node->hierarchy, change->cgroup, change->file,
				   &current) == 0 &&
	       limit_is_current(change->file, declared, current);
}

/* The present value of a limit, which the caller frees; NULL when the file is no limit. */
static char *read_limit(const struct guard *guard, const char *cgroup, const char *file)
{
	char *text = NULL;

	if (!limit_unset_value(file) ||
	    hierarchy_read_text(guard->node->hierarchy, cgroup, file, &text) < 0)
		return NULL;
	return text;
}

void guard_see(struct guard *guard, const char *file)
{
	const char *name;
	_cleanup_free_ char *cgroup = split_path(guard, file, &name);
	_cleanup_free_ char *value = cgroup && is_guarded(guard, cgroup) ?
					     read_limit(guard, cgroup, name) :
					     NULL;

	if (value)
		guard_value_see(&guard->values, file, value);
}

/* The value before a write: the one last seen, else the one that was never set, if the guard has
 * seen every value since it began. */
static char *value_before(const struct guard *guard, const char *path, const char *file)
{
	const char *before = guard_value_of(guard->values, path);

	if (!before && guard->knows_values)
		before = limit_unset_value(file);
	return before ? strdup(before) : NULL;
}

/* Whether the write is of no interest: it is the owner's, or nothing differs from the
 * configuration. */
static bool is_permitted(struct guard *guard, const struct guard_change *change)
{
	return !change->owner ||
	       (change->writer && may_act_for(guard, change->owner, &change->writer->caller)) ||
	       is_as_declared(guard, change);
}

void guard_judge(struct guard *guard, const char *file, int fd, pid_t pid, int pidfd)
{
	_cleanup_guard_writer_ struct guard_writer writer = { 0 };
	struct guard_change change = { 0 };
	_cleanup_free_ char *cgroup = NULL, *old = NULL, *new = NULL;
	bool is_known = guard_writer_read(guard->node->view.proc_fd, pid, pidfd, &writer) == 0;

	cgroup = split_path(guard, file, &change.file);
	/* The write may have moved a member of a family; only root can move it out of the
	 * hierarchy. */
	if (is_known && text_ends_with(file, "/cgroup.procs") && (cgroup || writer.caller.uid == 0))
		guard_return_members(guard, file, fd, &writer.caller);
	if (!cgroup || !is_guarded(guard, cgroup))
		return;
	change.cgroup = cgroup;
	change.writer = is_known ? &writer : NULL;
	change.owner = slicectl_hierarchy_owner(guard->node->hierarchy, cgroup);
	old = value_before(guard, file, change.file);
	new = read_limit(guard, cgroup, change.file);
	if (new)
		guard_value_see(&guard->values, file, new);
	change.old = new ? old : NULL;
	change.new = new;
	if (!is_permitted(guard, &change))
		handle_write(guard, &change);
}

/* Whether slicectld or slicectl made the cgroup, or is making it, as marks show. */
static bool is_ours(struct guard *guard, const char *path)
{
	_cleanup_free_ char *making = text_format("%s%s", MARK_MAKING, strrchr(path, '/') + 1);
	_cleanup_free_ char *mark = NULL, *made = NULL;

	/* The order matters: the second mark is set before the first is removed. */
	return !making || mark_get_on_parent(guard->node->hierarchy, path, making, &mark) == 0 ||
	       mark_get(guard->node->hierarchy, path, MARK_MADE, &made) != -ENODATA;
}

/* What was seen of an earlier cgroup with that path is not of this one. */
static void forget_values(struct guard *guard, const char *path)
{
	_cleanup_free_ char *prefix =
		text_format("%s/%s/", slicectl_hierarchy_path(guard->node->hierarchy), path);

	if (prefix)
		guard_value_forget(&guard->values, prefix);
}

void guard_judge_cgroup(struct guard *guard, const char *path, uid_t uid, uint64_t id)
{
	struct guard_writer maker = { .caller = { .uid = uid } };
	struct guard_change change = { .cgroup = path, .writer = &maker };
	enum guard_step step;

	change.owner = slicectl_hierarchy_owner(guard->node->hierarchy, path);
	forget_values(guard, path);
	/* A cgroup of another user may have been made by root, who then changed its owner. */
	if (!change.owner || may_act_for(guard, change.owner, &maker.caller) ||
	    may_act_for(guard, change.owner, &(struct caller){ .uid = 0 }) ||
	    slice_of(guard->node->config, path) || is_ours(guard, path))
		return;
	step = guard_count(&guard->counts, path,
			   guard->node->config->supervisor.guard == CONFIG_GUARD_REVERT,
			   clock_now_usec());
	if (step == GUARD_SILENT)
		return;
	report_change(guard, &change, step == GUARD_CONTENDED ? "guard.contended" : "guard.create",
		      "it was made by a user who is not the owner");
	if (step == GUARD_REVERT)
		requests_submit_own(act_requests(guard->act),
				    &(struct own_request){
					    .kind = DEED_REMOVE,
					    .action = "guard.remove",
					    .path = path,
					    .owner = change.owner,
					    .id = id,
					    .reason =
						    "it was made by a user who is not the owner, and is empty" });
}
