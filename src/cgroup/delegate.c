/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/delegate.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "cgroup/refusal.h"

enum { LIST_MAX = 16 * 1024 };

/* The files that every kernel with cgroup v2 delegates; kernels before 4.15 do not have
 * the list. */
static const char fallback[] = "cgroup.procs\ncgroup.threads\ncgroup.subtree_control\n";

static int read_list(char **ret_list)
{
	int r = fd_read_all(AT_FDCWD, "/sys/kernel/cgroup/delegate", LIST_MAX, ret_list, NULL);

	if (r == -ENOENT) {
		*ret_list = strdup(fallback);
		r = *ret_list ? 0 : -ENOMEM;
	}
	return r;
}

/* Calls @visit for "." and each listed file that this cgroup has. */
static int each_file(int dirfd, int (*visit)(int dirfd, const char *file, void *data), void *data)
{
	_cleanup_free_ char *list = NULL;
	char *file, *saved = NULL;
	int r;

	r = read_list(&list);
	if (r == 0)
		r = visit(dirfd, ".", data);
	for (char *rest = list; r == 0 && (file = strtok_r(rest, "\n", &saved)); rest = NULL) {
		if (strchr(file, '/'))
			continue;
		r = visit(dirfd, file, data);
		if (r == -ENOENT)
			r = 0;
	}
	return r;
}

struct delegation {
	uid_t uid;
	gid_t gid;
	bool differs;
};

static int compare(int dirfd, const char *file, void *data)
{
	struct delegation *delegation = data;
	struct stat status;

	if (fstatat(dirfd, file, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	delegation->differs = delegation->differs || status.st_uid != delegation->uid ||
			      /* An unknown user has no group; the group is not changed then. */
			      (delegation->gid != (gid_t)-1 && status.st_gid != delegation->gid);
	return 0;
}

static int change(int dirfd, const char *file, void *data)
{
	const struct delegation *delegation = data;

	return fchownat(dirfd, file, delegation->uid, delegation->gid, AT_SYMLINK_NOFOLLOW) < 0 ?
		       -errno :
		       0;
}

int delegate_is_done(int dirfd, uid_t uid, gid_t gid, bool *ret_done)
{
	struct delegation delegation = { uid, gid, false };
	int r = each_file(dirfd, compare, &delegation);

	if (r == 0)
		*ret_done = !delegation.differs;
	return r;
}

int delegate_cgroup(int dirfd, const char *path, uid_t uid, gid_t gid, struct slicectl_error *error)
{
	struct delegation delegation = { uid, gid, false };
	int r = each_file(dirfd, change, &delegation);

	return r < 0 ? refusal_set(error, REFUSAL_DELEGATE, r, path, NULL, NULL) : 0;
}
