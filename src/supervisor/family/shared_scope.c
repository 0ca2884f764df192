/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family/shared_scope.h"

#include <stdlib.h>
#include <string.h>

#include "supervisor/family/parts.h"

/* Takes ownership of @path on success only.  NULL when out of memory. */
static struct shared_scope *shared_scope_add(struct families *families, char *path)
{
	struct shared_scope *scope = calloc(1, sizeof(*scope));

	if (!scope)
		return NULL;
	scope->path = path;
	HASH_ADD_KEYPTR(hh, families->scopes, path, strlen(path), scope);
	if (HASH_IS_IN(scope))
		return scope;
	free(scope);
	return NULL;
}

struct shared_scope *shared_scope_take(struct families *families, char *path)
{
	struct shared_scope *scope = NULL;

	if (!path)
		return NULL;
	HASH_FIND(hh, families->scopes, path, strlen(path), scope);
	if (!scope)
		scope = shared_scope_add(families, path);
	if (!scope || scope->path != path)
		free(path);
	if (scope)
		scope->families++;
	return scope;
}

void shared_scope_set_exists(struct families *families, struct shared_scope *scope, bool exists)
{
	if (scope->exists == exists)
		return;
	scope->exists = exists;
	if (families->changed)
		families->changed(families->listener);
}

void shared_scope_drop(struct families *families, struct shared_scope *scope)
{
	if (--scope->families > 0)
		return;
	HASH_DEL(families->scopes, scope);
	free(scope->path);
	free(scope);
}
