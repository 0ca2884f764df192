/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Converts "8, 0-2,3" to "0-3,8": sorted and merged, as the kernel shows such lists.
 * The caller frees @ret_list.  Errors, without a sentence: -EINVAL (also for an empty
 * list), -ERANGE (a number of 4096 or more), -ENOMEM. */
int limit_cpuset_normalise(const char *text, char **ret_list);
