/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/identity.h"
#include "base/procfs.h"
#include "base/safe_path.h"
#include "base/text.h"

struct recording {
	FILE *stream;
	int failure;
};

static void add_start(struct recording *recording)
{
	struct recorded start = {
		.kind = RECORDED_START,
		.version = RECORDED_VERSION,
		.time_ns = clock_now_ns(CLOCK_MONOTONIC),
		.realtime_ns = clock_now_ns(CLOCK_REALTIME),
	};

	/* Not read from its clock here: a pause would put all start times in the replay off. */
	start.boottime_ns = start.time_ns + identity_suspended_ns();
	(void)procfs_read_boot_id(start.boot_id);
	recording_add(recording, &start);
}

int recording_create(const char *path, struct recording **ret_recording,
		     struct slicectl_error *error)
{
	struct recording *recording = calloc(1, sizeof(*recording));
	const char *name;
	_cleanup_close_ int directory_fd = safe_path_open_parent(path, &name);
	_cleanup_close_ int fd = -1;

	if (!recording)
		return error_set(error, ENOMEM, "out of memory");
	fd = directory_fd < 0 ?
		     -1 :
		     openat(directory_fd, name,
			    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	recording->stream = fd < 0 ? NULL : fdopen(fd, "w");
	if (!recording->stream) {
		int code = directory_fd < 0 ? -directory_fd : errno;

		free(recording);
		if (code == ENOLINK)
			return error_set(error, code,
					 "cannot create the recording '%s': a user other than root leads it to the directory of somebody else; name a path that only root can change",
					 TEXT_ESCAPE(path));
		return error_set(error, code, "cannot create the recording '%s': %s%s",
				 TEXT_ESCAPE(path), strerror(code),
				 code == EEXIST ? "; it is not overwritten, choose another name" :
						  "");
	}
	TAKE_FD(fd);
	add_start(recording);
	*ret_recording = recording;
	return 0;
}

int recording_close(struct recording *recording)
{
	int r;

	if (!recording)
		return 0;
	r = recording->failure;
	if (fclose(recording->stream) != 0 && r == 0)
		r = -errno;
	free(recording);
	return r;
}

int recording_flush(struct recording *recording)
{
	if (recording->failure == 0 && fflush(recording->stream) != 0)
		recording->failure = -errno;
	return recording->failure;
}

void recording_add(struct recording *recording, const struct recorded *recorded)
{
	_cleanup_free_ char *line = NULL;

	if (recording->failure < 0)
		return;
	line = recorded_format(recorded);
	if (!line)
		recording->failure = -ENOMEM;
	else if (fprintf(recording->stream, "%s\n", line) < 0)
		recording->failure = -errno;
}
