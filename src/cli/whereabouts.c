/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/whereabouts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/procfs.h"
#include "base/text.h"
#include "cgroup/hierarchy.h"
#include "cgroup/limits.h"
#include "cgroup/mark.h"
#include "cli/ask.h"
#include "cli/context.h"
#include "unit/service_manager.h"
#include "unit/stay.h"
#include "unit/unit.h"

/* The path below the base, or NULL when the process is not below it. */
static const char *path_below(const struct slicectl_hierarchy *hierarchy, const char *cgroup)
{
	size_t length = strlen(hierarchy->base_prefix);

	return strncmp(cgroup, hierarchy->base_prefix, length) == 0 && cgroup[length] == '/' &&
			       cgroup[length + 1] ?
		       cgroup + length + 1 :
		       NULL;
}

static bool is_declared(const struct slicectl_hierarchy *hierarchy, const char *path)
{
	for (size_t i = 0; i < hierarchy->n_slices; i++) {
		if (text_equal(hierarchy->slices[i].path, path))
			return true;
	}
	return false;
}

/* Below a declared slice: a rule, an operator or nobody that is known; a slice itself was made by
 * init.  The caller frees it. */
static char *maker_below(struct slicectl_hierarchy *hierarchy, const char *path)
{
	_cleanup_free_ char *rule = NULL, *made = NULL;

	if (is_declared(hierarchy, path))
		return strdup("slicectl init, from the configuration");
	if (mark_get(hierarchy, path, MARK_RULE, &rule) == 0)
		return text_format("rule %s", TEXT_ESCAPE(rule));
	if (mark_get(hierarchy, path, MARK_MADE, &made) == 0)
		return strdup(text_equal(made, MARK_MADE_RUN) ?
				      "slicectl run" :
				      "an operator, with slicectl scope create");
	return strdup("nobody that slicectl knows");
}

static char *maker_of(struct slicectl_hierarchy *hierarchy, const char *path, const char *unit)
{
	if (path && slicectl_hierarchy_owner(hierarchy, path))
		return maker_below(hierarchy, path);
	if (unit)
		return text_format("systemd, for the unit %s", TEXT_ESCAPE(unit));
	return strdup("nobody that slicectl knows");
}

static json_t *limits_json(struct slicectl_hierarchy *hierarchy, const char *path)
{
	_cleanup_(cleanup_slicectl_limits_free) struct slicectl_limits *limits = NULL;
	json_t *object = json_object();

	if (!path || slicectl_hierarchy_read_limits(hierarchy, path, &limits, NULL) < 0)
		return object;
	for (size_t i = 0; i < slicectl_limits_count(limits); i++)
		(void)json_object_set_new(object, slicectl_limits_file(limits, i),
					  json_string(slicectl_limits_value(limits, i)));
	return object;
}

/* The unit, and why the process would stay in it. */
static void add_unit(const struct slicectl_hierarchy *hierarchy, pid_t pid, const char *cgroup,
		     json_t *object)
{
	_cleanup_service_manager_ struct service_manager *manager = service_manager_new();
	_cleanup_unit_ struct unit unit = UNIT_NULL, foreign = UNIT_NULL;
	struct slicectl_error reason = SLICECTL_ERROR_INIT;
	bool stays = hierarchy && stay_check_unit(hierarchy, manager, RULE_FOREIGN_UNITS_AUTO, pid,
						  &foreign, &reason) == -EPERM;

	(void)unit_of_path(cgroup, &unit);
	(void)json_object_set_new(object, "unit",
				  unit.name ? json_string(TEXT_ESCAPE(unit.name)) : json_null());
	(void)json_object_set_new(object, "unit_stays",
				  stays ? json_string(reason.message) : json_null());
}

static void add_below(struct slicectl_hierarchy *hierarchy, const char *cgroup, json_t *object)
{
	const char *path = hierarchy ? path_below(hierarchy, cgroup) : NULL;
	const char *owner = path ? slicectl_hierarchy_owner(hierarchy, path) : NULL;
	_cleanup_free_ char *maker =
		hierarchy ? maker_of(hierarchy, path,
				     json_string_value(json_object_get(object, "unit"))) :
			    NULL;

	(void)json_object_set_new(object, "path",
				  owner ? json_string(TEXT_ESCAPE(path)) : json_null());
	(void)json_object_set_new(object, "owner", owner ? json_string(owner) : json_null());
	(void)json_object_set_new(object, "made_by", maker ? json_string(maker) : json_null());
	(void)json_object_set_new(object, "limits",
				  hierarchy ? limits_json(hierarchy, path) : json_object());
}

int whereabouts_add(struct invocation *invocation, pid_t pid, json_t *object,
		    struct slicectl_error *error)
{
	_cleanup_close_ int proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct slicectl_error failure = SLICECTL_ERROR_INIT;
	_cleanup_free_ char *cgroup = NULL;
	int r = proc_fd < 0 ? -errno : procfs_read_cgroup(proc_fd, pid, &cgroup);

	if (r < 0)
		return error_set(error, -r, "process %d: %s", (int)pid,
				 r == -ESRCH ? "there is no such process" : strerror(-r));
	/* Without a configuration that can be read there is less to tell. */
	(void)context_hierarchy(invocation, &failure);
	(void)json_object_set_new(object, "cgroup", json_string(TEXT_ESCAPE(cgroup)));
	add_unit(invocation->hierarchy, pid, cgroup, object);
	add_below(invocation->hierarchy, cgroup, object);
	return 0;
}

void whereabouts_print(const json_t *object)
{
	const char *file, *maker = ask_text(object, "made_by", NULL);
	const json_t *limits = json_object_get(object, "limits"), *value;

	(void)printf("It is in the cgroup %s.\n", ask_text(object, "cgroup", "?"));
	if (maker)
		(void)printf("  made by   %s\n", maker);
	if (*ask_text(object, "owner", ""))
		(void)printf("  owner     %s\n", ask_text(object, "owner", ""));
	json_object_foreach ((json_t *)limits, file, value)
		(void)printf("  limit     %s = %s\n", file, json_string_value(value));
	if (*ask_text(object, "unit_stays", ""))
		(void)printf("  unit      %s\n", ask_text(object, "unit_stays", ""));
}
