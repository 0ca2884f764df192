/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/nudge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/limits.h"
#include "cgroup/mark.h"
#include "cgroup/nudge_mark.h"
#include "cgroup/protect.h"

static int check_held(const struct nudged *nudged, struct slicectl_error *error)
{
	uint64_t now_usec = nudge_now_usec();

	if (!nudged->text || nudged->mark.until_usec <= now_usec)
		return 0;
	return error_set(error, EBUSY,
			 "%s: somebody has set %s for a while, which ends in %llu s; it stays so until then",
			 nudged->path, nudged->file,
			 (unsigned long long)((nudged->mark.until_usec - now_usec) /
						      CLOCK_USEC_PER_SEC +
					      1));
}

static int give_up(struct nudged *nudged, struct slicectl_error *error)
{
	(void)nudged_put_raw(nudged, NULL);
	return error_set(error, ESTALE,
			 "%s: %s is '%s', which is not what slicectld wrote: someone else has changed it, and it stays so",
			 nudged->path, nudged->file, TEXT_ESCAPE(nudged->current));
}

/* PID 1 and the supervisor are never frozen. */
static int check_freeze(struct slicectl_hierarchy *hierarchy, const struct nudged *nudged,
			const char *value, struct slicectl_error *error)
{
	return text_equal(nudged->file, "cgroup.freeze") && !text_equal(value, "0") ?
		       protect_check(hierarchy, nudged->path, 0, error) :
		       0;
}

int nudge_write(struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
		const char *value, bool is_first, struct slicectl_error *error)
{
	_cleanup_nudged_ struct nudged nudged;
	int r = nudged_open(hierarchy, path, file, &nudged);

	if (r < 0)
		return nudged_fail(&nudged, r, error);
	r = check_held(&nudged, error);
	if (r < 0)
		return r;
	if (nudged.text ? !nudged_is_ours(&nudged) : !is_first)
		return give_up(&nudged, error);
	r = check_freeze(hierarchy, &nudged, value, error);
	if (r < 0)
		return r;
	return nudged_change(&nudged, value, 0, error);
}

int nudge_forget(struct slicectl_hierarchy *hierarchy, const char *path, const char *file)
{
	_cleanup_nudged_ struct nudged nudged;
	int r = nudged_open(hierarchy, path, file, &nudged);

	return r < 0 ? r : nudged_put_raw(&nudged, NULL);
}

int nudge_restore(struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
		  struct slicectl_error *error)
{
	_cleanup_nudged_ struct nudged nudged;
	int r = nudged_open(hierarchy, path, file, &nudged);

	if (r < 0)
		return nudged_fail(&nudged, r, error);
	if (!nudged.text)
		return error_set(error, ENODATA,
				 "%s: %s is not changed for a while any more: somebody has set it for good",
				 path, file);
	r = check_held(&nudged, error);
	if (r < 0)
		return r;
	if (!nudged_is_ours(&nudged))
		return give_up(&nudged, error);
	if (!text_equal(nudged.mark.baseline, nudged.current))
		r = nudged_apply(&nudged, nudged.mark.baseline, error);
	if (r < 0)
		return r;
	r = nudged_put_raw(&nudged, NULL);
	return r < 0 ? nudged_fail(&nudged, r, error) : 0;
}

int nudge_is_intact(struct slicectl_hierarchy *hierarchy, const char *path, const char *file)
{
	_cleanup_nudged_ struct nudged nudged;
	int r = nudged_open(hierarchy, path, file, &nudged);

	if (r < 0)
		return r;
	return nudged.text && limit_is_current(file, nudged.mark.written, nudged.current);
}

int nudge_baseline(struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
		   char **ret_text, uint64_t *ret_until_usec)
{
	_cleanup_nudged_ struct nudged nudged;
	int r = nudged_open(hierarchy, path, file, &nudged);

	if (r < 0)
		return r;
	if (!nudged.text)
		return -ENODATA;
	*ret_text = strdup(nudged.mark.baseline);
	if (!*ret_text)
		return -ENOMEM;
	*ret_until_usec = nudged.mark.until_usec;
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
