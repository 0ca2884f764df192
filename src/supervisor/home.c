/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/home.h"

#include <stdlib.h>
#include <string.h>

struct home *home_take(struct supervisor *supervisor, char *path)
{
	struct home *home = NULL;

	if (!path)
		return NULL;
	HASH_FIND(hh, supervisor->homes, path, strlen(path), home);
	if (home) {
		free(path);
	} else {
		home = calloc(1, sizeof(*home));
		if (!home) {
			free(path);
			return NULL;
		}
		home->path = path;
		HASH_ADD_KEYPTR(hh, supervisor->homes, path, strlen(path), home);
		if (!HASH_IS_IN(home)) {
			free(path);
			free(home);
			return NULL;
		}
	}
	home->families++;
	return home;
}

void home_drop(struct supervisor *supervisor, struct home *home)
{
	if (--home->families > 0)
		return;
	HASH_DEL(supervisor->homes, home);
	free(home->path);
	free(home);
}
