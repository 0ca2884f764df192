/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the kernel means by an errno, for each thing that we ask of cgroupfs. */

#include "base/error.h"

enum refusal_operation {
	REFUSAL_OPEN,
	REFUSAL_CREATE,
	REFUSAL_REMOVE,
	REFUSAL_ENABLE,
	REFUSAL_LIMIT,
	REFUSAL_MOVE,
	REFUSAL_KILL,
	REFUSAL_FREEZE,
	REFUSAL_DELEGATE,
	REFUSAL_READ,
	_REFUSAL_MAX,
};

/*
 * Fills @error with "PATH: FILE: cannot …: cause; remedy".  @file and @value may
 * be NULL.  @code is negative; returned is the errno that our callers document,
 * which differs where the kernel's would mislead (-ENOENT on a limit's file is a
 * missing controller: -EOPNOTSUPP).
 */
int refusal_set(struct slicectl_error *error, enum refusal_operation operation, int code,
		const char *path, const char *file, const char *value);
