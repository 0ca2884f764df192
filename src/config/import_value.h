/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What becomes of one interface file of a group of libcgroup, of cgroup v1 or v2. */

#include "config/import.h"

enum import_kind {
	IMPORT_LIMIT, /* has a file in cgroup v2 */
	IMPORT_PART,  /* is read together with another file */
	IMPORT_STATE, /* only shows the state, or has the value that every group begins with */
	IMPORT_LOST,  /* has no equivalent */
};

/* Of IMPORT_LIMIT, @ret_file and @ret_value, which the caller frees, are those of cgroup v2;
 * a value of several lines is one for each device.  No value means that nothing is limited,
 * or, with @ret_why, that it cannot be converted.  @ret_why also says what is lost of a value
 * that is converted, and why a file has no equivalent.  -ENOMEM. */
int import_value_convert(const struct import_group *group, const struct import_value *from,
			 enum import_kind *ret_kind, char **ret_file, char **ret_value,
			 const char **ret_why);
