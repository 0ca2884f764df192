/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/nudge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/cleanup.h"
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
static const char *const files[] = { "cpu.weight", "cpu.max", "io.weight", "memory.high",
				     "pids.max" };

bool nudge_may_change(const char *file)
{
	for (size_t i = 0; i < ELEMENTS(files); i++) {
		if (text_equal(files[i], file))
			return true;
	}
	return false;
}

/* A file of an open cgroup, and what its mark says. */
struct nudged {
	int fd;
	const char *path, *file;
	char mark[XATTR_NAME_MAX + 1];
	char *text; /* of the mark; NULL: there is none */
	/* Within the text. */
	const char *baseline, *written, *before;
	uint64_t until_usec; /* 0: no time was given */
	char *current;
};

static void nudged_done(struct nudged *nudged)
{
	cleanup_close(&nudged->fd);
	free(nudged->text);
	free(nudged->current);
}

#define _cleanup_nudged_ _cleanup_(nudged_done)

static int split_mark(struct nudged *nudged)
{
	char *second = strchr(nudged->text, '\n'), *third, *fourth;

	if (!second)
		return -EINVAL;
	*second++ = '\0';
	third = strchr(second, '\n');
	if (!third)
		return -EINVAL;
	*third++ = '\0';
	fourth = strchr(third, '\n');
	if (fourth) {
		*fourth++ = '\0';
		if (parse_u64(fourth, 1, UINT64_MAX, &nudged->until_usec) < 0)
			return -EINVAL;
	}
	nudged->baseline = nudged->text;
	nudged->written = second;
	nudged->before = third;
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

static int read_mark(struct nudged *nudged)
{
	int r = mark_read(nudged->fd, nudged->mark, &nudged->text);

	if (r == 0)
		r = split_mark(nudged);
	if (r == -EINVAL) {
		free(nudged->text);
		nudged->text = NULL;
		r = -ENODATA;
	}
	return r;
}

static int open_nudged(struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
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
	(void)snprintf(nudged->mark, sizeof(nudged->mark), "%s%s", MARK_BASELINE, file);
	r = check_trust(nudged);
	if (r == 0)
		r = interface_read(nudged->fd, file, &nudged->current);
	if (r < 0)
		return r;
	/* Behind the default of io.weight there are lines for devices, which are not changed. */
	nudged->current[strcspn(nudged->current, "\n")] = '\0';
	r = read_mark(nudged);
	return r == -ENODATA ? 0 : r;
}

static int fail(const struct nudged *nudged, int code, struct slicectl_error *error)
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

static int forget(const struct nudged *nudged)
{
	return fremovexattr(nudged->fd, nudged->mark) < 0 && errno != ENODATA ? -errno : 0;
}

/* The program may have ended between the mark and the write, so the value before counts, too. */
static bool is_ours(const struct nudged *nudged)
{
	return limit_is_current(nudged->file, nudged->written, nudged->current) ||
	       limit_is_current(nudged->file, nudged->before, nudged->current) ||
	       text_equal(nudged->baseline, nudged->current);
}

static int give_up(const struct nudged *nudged, struct slicectl_error *error)
{
	(void)forget(nudged);
	return error_set(error, ESTALE,
			 "%s: %s is '%s', which is not what slicectld wrote: someone else has changed it, and it stays so",
			 nudged->path, nudged->file, TEXT_ESCAPE(nudged->current));
}

/* The time is only written where there is one. */
static int put_mark(const struct nudged *nudged, const char *baseline, const char *written,
		    const char *before, uint64_t until_usec)
{
	_cleanup_free_ char *time = text_format("\n%llu", (unsigned long long)until_usec);
	_cleanup_free_ char *text = time ? text_format("%s\n%s\n%s%s", baseline, written, before,
						       until_usec > 0 ? time : "") :
					   NULL;

	if (!text)
		return -ENOMEM;
	return fsetxattr(nudged->fd, nudged->mark, text, strlen(text), 0) < 0 ? -errno : 0;
}

static int set_mark(const struct nudged *nudged, const char *value, uint64_t until_usec)
{
	return put_mark(nudged, nudged->text ? nudged->baseline : nudged->current, value,
			nudged->current, until_usec);
}

/* After a write that failed. */
static void reset_mark(const struct nudged *nudged)
{
	if (nudged->text)
		(void)put_mark(nudged, nudged->baseline, nudged->written, nudged->before,
			       nudged->until_usec);
	else
		(void)forget(nudged);
}

static int check_held(const struct nudged *nudged, struct slicectl_error *error)
{
	uint64_t now_usec = nudge_now_usec();

	if (!nudged->text || nudged->until_usec <= now_usec)
		return 0;
	return error_set(error, EBUSY,
			 "%s: somebody has set %s for a while, which ends in %llu s; it stays so until then",
			 nudged->path, nudged->file,
			 (unsigned long long)((nudged->until_usec - now_usec) / CLOCK_USEC_PER_SEC +
					      1));
}

static int apply(const struct nudged *nudged, const char *value, struct slicectl_error *error)
{
	_cleanup_free_ char *file = strdup(nudged->file), *text = strdup(value);

	if (!file || !text)
		return error_set(error, ENOMEM, "out of memory");
	return limit_apply(nudged->fd, nudged->path, &(struct limit){ .file = file, .value = text },
			   error);
}

uint64_t nudge_now_usec(void)
{
	return clock_now_ns(CLOCK_BOOTTIME) / 1000;
}

/* The mark first: whatever happens after it, the baseline is known. */
static int write_marked(const struct nudged *nudged, const char *value, uint64_t until_usec,
			struct slicectl_error *error)
{
	int r = set_mark(nudged, value, until_usec);

	if (r < 0)
		return fail(nudged, r, error);
	r = apply(nudged, value, error);
	if (r < 0)
		reset_mark(nudged);
	return r;
}

int nudge_write(struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
		const char *value, struct slicectl_error *error)
{
	_cleanup_nudged_ struct nudged nudged;
	int r = open_nudged(hierarchy, path, file, &nudged);

	if (r < 0)
		return fail(&nudged, r, error);
	r = check_held(&nudged, error);
	if (r < 0)
		return r;
	if (nudged.text && !is_ours(&nudged))
		return give_up(&nudged, error);
	return write_marked(&nudged, value, 0, error);
}

int nudge_hold(struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
	       const char *value, uint64_t until_usec, struct slicectl_error *error)
{
	_cleanup_nudged_ struct nudged nudged;
	int r = open_nudged(hierarchy, path, file, &nudged);

	if (r < 0)
		return fail(&nudged, r, error);
	/* What someone else has written since is the baseline. */
	if (nudged.text && !is_ours(&nudged)) {
		free(nudged.text);
		nudged.text = NULL;
	}
	return write_marked(&nudged, value, until_usec, error);
}

int nudge_forget(struct slicectl_hierarchy *hierarchy, const char *path, const char *file)
{
	_cleanup_nudged_ struct nudged nudged;
	int r = open_nudged(hierarchy, path, file, &nudged);

	return r < 0 ? r : forget(&nudged);
}

int nudge_restore(struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
		  struct slicectl_error *error)
{
	_cleanup_nudged_ struct nudged nudged;
	int r = open_nudged(hierarchy, path, file, &nudged);

	if (r < 0)
		return fail(&nudged, r, error);
	if (!nudged.text)
		return error_set(error, ENODATA, "%s: %s was not changed for a while", path, file);
	r = check_held(&nudged, error);
	if (r < 0)
		return r;
	if (!is_ours(&nudged))
		return give_up(&nudged, error);
	if (!text_equal(nudged.baseline, nudged.current))
		r = apply(&nudged, nudged.baseline, error);
	if (r < 0)
		return r;
	r = forget(&nudged);
	return r < 0 ? fail(&nudged, r, error) : 0;
}

int nudge_baseline(struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
		   char **ret_text, uint64_t *ret_until_usec)
{
	_cleanup_nudged_ struct nudged nudged;
	int r = open_nudged(hierarchy, path, file, &nudged);

	if (r < 0)
		return r;
	if (!nudged.text)
		return -ENODATA;
	*ret_text = strdup(nudged.baseline);
	if (!*ret_text)
		return -ENOMEM;
	*ret_until_usec = nudged.until_usec;
	return 0;
}

int nudge_list(struct slicectl_hierarchy *hierarchy, const char *path, char ***ret_files)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, path);

	char **names = NULL, **kept;
	int r = fd < 0 ? fd : mark_list(fd, MARK_BASELINE, &names);

	if (r < 0)
		return r;
	kept = names;
	for (char **name = names; *name; name++) {
		if (nudge_may_change(*name))
			*kept++ = *name;
		else
			free(*name);
	}
	*kept = NULL;
	*ret_files = names;
	return 0;
}
