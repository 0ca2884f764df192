/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/account.h"

#include <pwd.h>
#include <stdio.h>

#include "base/cleanup.h"

void account_name(uid_t uid, char *out, size_t size)
{
	_cleanup_fclose_ FILE *stream = fopen("/etc/passwd", "re");
	struct passwd entry, *found = NULL;
	char line[1024];

	(void)snprintf(out, size, "%u", (unsigned)uid);
	while (stream && fgetpwent_r(stream, &entry, line, sizeof(line), &found) == 0) {
		if (entry.pw_uid != uid)
			continue;
		(void)snprintf(out, size, "%s", entry.pw_name);
		return;
	}
}
