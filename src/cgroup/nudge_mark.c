/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/nudge_mark.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/clock.h"
#include "base/parse.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/interface.h"
#include "cgroup/limits.h"
#include "cgroup/mark.h"

/* The files that may be changed.  The names of marks can be forged, so a mark for any other file is
 * none. */
static const char *const files[] = { "cpu.weight",  "cpu.max",  "io.weight",
				     "memory.high", "pids.max", "cgroup.freeze" };

bool nudge_may_change(const char *file)
{
	for (size_t i = 0; i < ELEMENTS(files); i++) {
		if (text_equal(files[i], file))
			return true;
	}
	return false;
}

uint64_t nudge_now_usec(void)
{
	return clock_now_ns(CLOCK_BOOTTIME) / 1000;
}

void nudged_done(struct nudged *nudged)
{
	cleanup_close(&nudged->fd);
	free(nudged->raw);
	free(nudged->text);
	free(nudged->current);
}

int nudge_mark_parse(char *text, uint64_t until_max, struct nudge_mark *ret_mark)
{
	char *lines[4] = { NULL }, *rest = text;
	uint64_t until_usec = 0;
	size_t n = 0;

	while (rest && n < ELEMENTS(lines))
		lines[n++] = strsep(&rest, "\n");
	if (n < 3 || rest || (n == 4 && parse_u64(lines[3], 1, until_max, &until_usec) < 0))
		return -EINVAL;
	*ret_mark = (struct nudge_mark){ lines[0], lines[1], lines[2], until_usec };
	return 0;
}

/* Who may write the directory may set the mark, and must be able to write the file as well; otherwise
 * a mark would be a way to write it.  It is one of ours only where nobody else may set it. */
static int check_trust(const struct nudged *nudged)
{
	struct stat directory, file;

	if (fstat(nudged->fd, &directory) < 0 ||
	    fstatat(nudged->fd, nudged->file, &file, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (directory.st_mode & (S_IWGRP | S_IWOTH))
		return -EPERM;
	return directory.st_uid == 0 || directory.st_uid == file.st_uid ? 0 : -EPERM;
}

/* A text that is none of ours counts as no mark, and may be replaced. */
static int read_mark(struct nudged *nudged)
{
	int r = mark_read(nudged->fd, nudged->name, &nudged->raw);

	if (r < 0)
		return r == -ENODATA ? 0 : r;
	nudged->text = strdup(nudged->raw);
	if (!nudged->text)
		return -ENOMEM;
	/* A time that nobody can have asked for is none of ours either. */
	if (nudge_mark_parse(nudged->text, nudge_now_usec() + NUDGE_HOLD_MAX_USEC, &nudged->mark) <
	    0) {
		free(nudged->text);
		nudged->text = NULL;
	}
	return 0;
}

int nudged_open(struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
		struct nudged *nudged)
{
	int r;

	*nudged = (struct nudged){ .fd = directory_open(hierarchy->base_fd, path),
				   .path = path,
				   .file = file };
	if (nudged->fd < 0)
		return nudged->fd;
	if (!nudge_may_change(file))
		return -EINVAL;
	(void)snprintf(nudged->name, sizeof(nudged->name), "%s%s", MARK_BASELINE, file);
	r = check_trust(nudged);
	if (r == 0)
		r = interface_read(nudged->fd, file, &nudged->current);
	if (r < 0)
		return r;
	/* Behind the default of io.weight there are lines for devices, which are not changed. */
	nudged->current[strcspn(nudged->current, "\n")] = '\0';
	return read_mark(nudged);
}

int nudged_fail(const struct nudged *nudged, int code, struct slicectl_error *error)
{
	if (code == -EPERM)
		return error_set(error, EPERM,
				 "%s: %s is not changed for a while: the user who owns the directory could forge what is put back",
				 nudged->path, nudged->file);
	return error_set(error, -code, "%s: %s: %s", nudged->path, nudged->file,
			 code == -ENOENT ?
				 "the cgroup is gone, or its parent has not enabled the controller; slicectl probe says why" :
				 strerror(-code));
}

/* The program may have ended between the mark and the write, so the value before counts, too. */
bool nudged_is_ours(const struct nudged *nudged)
{
	return limit_is_current(nudged->file, nudged->mark.written, nudged->current) ||
	       limit_is_current(nudged->file, nudged->mark.before, nudged->current) ||
	       text_equal(nudged->mark.baseline, nudged->current);
}

/* A write to memory.high may take seconds, in which another thread marks the file. */
bool nudged_is_marked(const struct nudged *nudged)
{
	_cleanup_free_ char *raw = NULL;
	int r = mark_read(nudged->fd, nudged->name, &raw);

	return r == 0 ? nudged->raw && text_equal(raw, nudged->raw) : !nudged->raw;
}

static int remove_mark(const struct nudged *nudged)
{
	return fremovexattr(nudged->fd, nudged->name) < 0 && errno != ENODATA ? -errno : 0;
}

int nudged_put_raw(struct nudged *nudged, const char *raw)
{
	char *copy = raw ? strdup(raw) : NULL;

	if (raw && !copy)
		return -ENOMEM;
	if (!nudged_is_marked(nudged)) {
		free(copy);
		return -EBUSY;
	}
	free(nudged->raw);
	nudged->raw = copy;
	if (!raw)
		return remove_mark(nudged);
	return fsetxattr(nudged->fd, nudged->name, raw, strlen(raw), 0) < 0 ? -errno : 0;
}

/* The time is only written where there is one. */
static char *mark_text(const struct nudged *nudged, const char *value, uint64_t until_usec)
{
	const char *baseline = nudged->text ? nudged->mark.baseline : nudged->current;

	if (until_usec == 0)
		return text_format("%s\n%s\n%s", baseline, value, nudged->current);
	return text_format("%s\n%s\n%s\n%llu", baseline, value, nudged->current,
			   (unsigned long long)until_usec);
}

int nudged_apply(const struct nudged *nudged, const char *value, struct slicectl_error *error)
{
	_cleanup_free_ char *file = strdup(nudged->file), *text = strdup(value);

	if (!file || !text)
		return error_set(error, ENOMEM, "out of memory");
	return limit_apply(nudged->fd, nudged->path, &(struct limit){ .file = file, .value = text },
			   error);
}

/* Two that change a file at once each mark it and then write it.  The last mark counts, so its value
 * is written again. */
static int yield_to(struct nudged *nudged, struct slicectl_error *error)
{
	free(nudged->raw);
	free(nudged->text);
	nudged->raw = nudged->text = NULL;
	if (read_mark(nudged) == 0 && nudged->text)
		(void)nudged_apply(nudged, nudged->mark.written, NULL);
	return error_set(error, EBUSY, "%s: somebody else has changed %s at the same time",
			 nudged->path, nudged->file);
}

int nudged_change(struct nudged *nudged, const char *value, uint64_t until_usec,
		  struct slicectl_error *error)
{
	_cleanup_free_ char *before = nudged->raw ? strdup(nudged->raw) : NULL;
	_cleanup_free_ char *text = mark_text(nudged, value, until_usec);
	int r = text && (before || !nudged->raw) ? nudged_put_raw(nudged, text) : -ENOMEM;

	if (r < 0)
		return nudged_fail(nudged, r, error);
	/* The mark first: whatever happens after it, the baseline is known. */
	r = nudged_apply(nudged, value, error);
	if (!nudged_is_marked(nudged))
		return yield_to(nudged, error);
	if (r < 0)
		(void)nudged_put_raw(nudged, before);
	return r;
}
