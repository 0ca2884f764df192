/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A record from its JSON, as the audit log and the control socket have it. */

#include <jansson.h>

#include "base/identity.h"
#include "control/record.h"

enum { RECORD_VALUE_SIZE = 256 };

struct read_record {
	struct record record;
	struct record_exit exit;
	struct record_resync resync;
	struct record_activity activity;
	struct record_crossing crossing;
	char comm[PROCFS_COMM_SIZE], old[RECORD_VALUE_SIZE], new[RECORD_VALUE_SIZE];
};

/* Every text but the name of the process and the values is borrowed from @object.  What is missing or of another
 * type is as in a record without it; the time is not read. */
void record_read(const json_t *object, struct read_record *ret_record);
