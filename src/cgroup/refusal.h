/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The meaning of an errno of the kernel, for each operation on cgroupfs. */

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
 * Fills @error with "PATH: FILE: cannot …: cause; remedy".  @file and @value may be
 * NULL.  @code is a negative errno of the kernel.  Returns the negative errno that the
 * public functions document; it differs from @code where that would mislead (-ENOENT
 * for the file of a limit means that the controller is missing: -EOPNOTSUPP).
 */
int refusal_set(struct slicectl_error *error, enum refusal_operation operation, int code,
		const char *path, const char *file, const char *value);
