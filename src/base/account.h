/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* The name of a user in /etc/passwd, or the number of the user.  Directory services
 * are not queried: a decision about a process must not wait for one. */
void account_name(uid_t uid, char *out, size_t size);
