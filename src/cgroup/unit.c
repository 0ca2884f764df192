/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/unit.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/procfs.h"
#include "base/text.h"
#include "cgroup/handle.h"

int unit_of_path(const char *path, char **ret_unit)
{
	static const char *const kinds[] = { ".service", ".scope", ".mount", ".socket", ".swap" };
	const char *end = path + strlen(path), *begin;

	for (; end > path; end = begin > path ? begin - 1 : path) {
		for (begin = end; begin > path && begin[-1] != '/'; begin--)
			continue;
		for (size_t i = 0; i < ELEMENTS(kinds); i++) {
			size_t length = strlen(kinds[i]);

			if ((size_t)(end - begin) <= length ||
			    memcmp(end - length, kinds[i], length) != 0)
				continue;
			*ret_unit = strndup(begin, (size_t)(end - begin));
			return *ret_unit ? 1 : -ENOMEM;
		}
	}
	return 0;
}

int unit_foreign(const struct slicectl_hierarchy *hierarchy, pid_t pid, char **ret_unit)
{
	_cleanup_free_ char *shown = NULL;
	size_t length = strlen(hierarchy->base_prefix);
	int r;

	if (!hierarchy->is_systemd_init)
		return 0;
	r = procfs_read_cgroup(hierarchy->proc_fd, pid, &shown);
	if (r < 0)
		return r;
	if (strncmp(shown, hierarchy->base_prefix, length) == 0 && shown[length] == '/' &&
	    slicectl_hierarchy_owner(hierarchy, shown + length + 1))
		return 0; /* it is in a declared slice */
	return unit_of_path(shown, ret_unit);
}
