/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/service/load.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"

int load_config(const struct supervisor_options *options, const struct accounts *before,
		struct config **ret_config, struct slicectl_error *error)
{
	_cleanup_problems_ struct problem_list problems = { 0 };
	int r;

	r = before ? config_load_again(&options->source, before, ret_config, &problems) :
		     config_load(&options->source, ret_config, &problems);
	for (size_t i = 0; i < problems.count; i++)
		log_error("%s", problems.lines[i]);
	if (r == -EBADMSG)
		return error_set(error, EBADMSG,
				 "the configuration has %zu problem%s; slicectl check-config lists them; the first: %s",
				 problems.count, problems.count == 1 ? "" : "s",
				 problems.count > 0 ? problems.lines[0] : "unknown");
	if (r < 0)
		return error_set(error, -r, "cannot load the configuration: %s", strerror(-r));
	for (size_t i = 0; i < (*ret_config)->warnings.count; i++)
		log_warning("%s", (*ret_config)->warnings.lines[i]);
	return 0;
}

int load_hierarchy(const struct supervisor_options *options, const struct config *config,
		   struct slicectl_hierarchy **ret_hierarchy, struct slicectl_error *error)
{
	const struct slicectl_hierarchy_options hierarchy = {
		.cgroup_root = options->cgroup_root ? options->cgroup_root :
			       options->replay ? "/" : /* a replay opens no cgroup; owners follow from names */
						 config->supervisor.base,
		.any_filesystem = options->replay,
	};
	int r;

	r = slicectl_hierarchy_open(&hierarchy, ret_hierarchy, error);
	return r == 0 ? config_declare(config, *ret_hierarchy, error) : r;
}

size_t load_differences(struct slicectl_hierarchy *hierarchy)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct slicectl_plan *plan = NULL;
	size_t n = 0;

	if (slicectl_hierarchy_plan(hierarchy, &plan, &error) < 0)
		log_warning("cannot check the hierarchy: %s", error.message);
	else
		n = slicectl_plan_count(plan);
	if (n > 0)
		log_warning("the hierarchy at %s differs from the configuration in %zu place%s; run slicectl init",
			    slicectl_hierarchy_path(hierarchy), n, n == 1 ? "" : "s");
	slicectl_plan_free(plan);
	return n;
}
