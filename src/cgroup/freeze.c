/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/freeze.h"

#include <errno.h>
#include <sys/xattr.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/fd.h"
#include "cgroup/claim.h"
#include "cgroup/interface.h"
#include "cgroup/nudge.h"
#include "cgroup/nudge_mark.h"
#include "cgroup/populated.h"
#include "cgroup/protect.h"
#include "cgroup/refusal.h"

int freeze_cgroup(int dirfd, bool frozen, uint64_t deadline_usec)
{
	int r = interface_write(dirfd, "cgroup.freeze", frozen ? "1" : "0");

	return r < 0 ? r : events_wait(dirfd, "frozen", frozen, deadline_usec);
}

int slicectl_scope_freeze(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			  bool frozen, uint64_t timeout_usec, struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	r = claim_open_scope(hierarchy, owner, path, &scope, &fd, error);
	if (r == 0 && frozen)
		r = protect_check(hierarchy, scope, 0, error);
	if (r < 0)
		return r;
	/* What a policy has frozen for a while is frozen, or thawed, for good now. */
	(void)nudge_forget(hierarchy, scope, "cgroup.freeze");
	r = freeze_cgroup(fd, frozen, clock_deadline_usec(timeout_usec));
	if (r == -ETIMEDOUT)
		return error_set(error, ETIMEDOUT,
				 "%s is not %s after %.1f s; cgroup.freeze keeps its new value, so the kernel completes it as soon as it can",
				 scope, frozen ? "frozen" : "thawed",
				 (double)timeout_usec / (double)CLOCK_USEC_PER_SEC);
	return r < 0 ? refusal_set(error, REFUSAL_FREEZE, r, scope, "cgroup.freeze", NULL) : 0;
}

int freeze_end_nudge(int dirfd)
{
	static const char mark[] = MARK_BASELINE "cgroup.freeze";
	int r;

	if (fgetxattr(dirfd, mark, NULL, 0) < 0)
		return errno == ENODATA ? 0 : -errno;
	r = fd_write_file(dirfd, "cgroup.freeze", "0");
	if (r < 0)
		return r;
	return fremovexattr(dirfd, mark) < 0 && errno != ENODATA ? -errno : 1;
}
