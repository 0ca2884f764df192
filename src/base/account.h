/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* Name of a user of /etc/passwd, or the number.  No directory service is asked:
 * whoever decides about a process must not wait for one. */
void account_name(uid_t uid, char *out, size_t size);
