/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One file that is changed for a while, and the mark that keeps its baseline; for nudge.c and hold.c. */

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include <slicectl/hierarchy.h>

#include "base/cleanup.h"
#include "base/error.h"

/* On a cgroup, followed by the name of an interface file: its value before the first change, the one
 * that is being written, the one before that, and, if somebody holds it, until when: each in a line of
 * its own. */
#define MARK_BASELINE "user.slicectl.baseline."

/* Whether @file is one that may be changed for a while: all others are refused with -EINVAL. */
bool nudge_may_change(const char *file);

/* The clock of what somebody holds: CLOCK_BOOTTIME, because a machine may be suspended. */
uint64_t nudge_now_usec(void);

/* The longest time that something is held: 720 h. */
#define NUDGE_HOLD_MAX_USEC (UINT64_C(720) * 3600 * 1000000)

/* What a mark says: the value before the first change, the one that was written last, the one before
 * that, and until when somebody holds it (0: nobody does). */
struct nudge_mark {
	const char *baseline, *written, *before;
	uint64_t until_usec;
};

/* Splits @text, in which the values then are.  -EINVAL for what is none of ours, such as a time after
 * @until_max.  Pure. */
int nudge_mark_parse(char *text, uint64_t until_max, struct nudge_mark *ret_mark);

/* A file of an open cgroup, and its mark. */
struct nudged {
	int fd;
	const char *path, *file;
	char name[XATTR_NAME_MAX + 1]; /* of the mark */
	char *raw;  /* of the mark, as it was read or written last; NULL: there is none */
	char *text; /* the same, split; NULL: there is none of ours */
	struct nudge_mark mark; /* within the text */
	char *current;          /* value of the file */
};

/* Opens it, also without a mark.  -EINVAL for a file that may not be changed, -EPERM where the mark
 * could be forged; without a sentence.  nudged_done() is called in any case. */
int nudged_open(struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
		struct nudged *nudged);
void nudged_done(struct nudged *nudged);

#define _cleanup_nudged_ _cleanup_(nudged_done)

/* The sentence for an error of the above. */
int nudged_fail(const struct nudged *nudged, int code, struct slicectl_error *error);

/* Whether the present value is one that the mark explains. */
bool nudged_is_ours(const struct nudged *nudged);

/* Whether the mark is still the one that was read or written. */
bool nudged_is_marked(const struct nudged *nudged);

/* Marks the change of the present value to @value, then makes it.  After a failure the mark is as it
 * was, unless somebody else has changed it meanwhile.  -EBUSY: somebody else has, and his value is
 * there. */
int nudged_change(struct nudged *nudged, const char *value, uint64_t until_usec,
		  struct slicectl_error *error);

/* Writes the file without a mark. */
int nudged_apply(const struct nudged *nudged, const char *value, struct slicectl_error *error);

/* Sets the mark to @raw, or removes it with NULL, unless somebody else has changed it since it was read
 * or written. */
int nudged_put_raw(struct nudged *nudged, const char *raw);
