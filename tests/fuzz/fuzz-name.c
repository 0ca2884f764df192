/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/name.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"

/* Whatever passes the gate stays below the base. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size), *path = NULL, *scope = NULL;

	if (!text || name_normalise("/sys/fs/cgroup", text, &path, NULL) < 0)
		return 0;
	if (path[0] == '/' || path[0] == '.' || strstr(path, "..") == path || strstr(path, "/.") ||
	    strstr(path, "//"))
		abort();
	if (name_scope(path, &scope, NULL) == 0 && name_check_path(scope, NULL) < 0)
		abort();
	return 0;
}
