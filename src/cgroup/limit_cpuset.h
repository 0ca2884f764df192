/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* "8, 0-2,3" to "0-3,8": sorted and merged, as the kernel shows such lists.
 * -EINVAL, -ERANGE (a number of 4096 or more) or -ENOMEM; an empty list is -EINVAL. */
int limit_cpuset_normalise(const char *text, char **ret_list);
