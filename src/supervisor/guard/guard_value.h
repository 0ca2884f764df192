/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The values of limits as the guard last saw them, so that a record of a write can have the value
 * before it: fanotify reports a write only when it has happened. */

struct guard_value;

/* Accepts NULL, returns NULL. */
struct guard_value *guard_value_free(struct guard_value *values);

/* The value of the file @path that was last seen, or NULL.  It is valid until the next call. */
const char *guard_value_of(const struct guard_value *values, const char *path);

/* Forgets the files whose paths begin with @prefix. */
void guard_value_forget(struct guard_value **values, const char *prefix);

void guard_value_see(struct guard_value **values, const char *path, const char *value);
