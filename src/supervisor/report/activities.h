/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Tells listeners that a family has become active or idle.  These records are not in the audit log:
 * they say what processes do, not what is done to them. */

#include "supervisor/report/report.h"

void activities_report(struct report *report, const struct family *family, uint64_t now_ns);
