/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/hierarchy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/base.h"
#include "cgroup/limits.h"
#include "cgroup/mount.h"
#include "cgroup/name.h"

static int open_directory(const char *path, int *ret_fd, struct slicectl_error *error)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return error_set(error, errno, "cannot open the directory %s: %s", path,
				 strerror(errno));
	*ret_fd = fd;
	return 0;
}

static int open_base(struct slicectl_hierarchy *hierarchy,
		     const struct slicectl_hierarchy_options *options, struct slicectl_error *error)
{
	struct stat status;
	int r;

	hierarchy->reason = "set explicitly";
	if (options->cgroup_root && !text_equal(options->cgroup_root, "auto"))
		hierarchy->base_path = realpath(options->cgroup_root, NULL);
	else if ((r = base_find(&hierarchy->base_path, &hierarchy->reason, error)) < 0)
		return r;
	if (!hierarchy->base_path)
		return error_set(error, errno, "cannot find the cgroup root %s: %s",
				 TEXT_ESCAPE(options->cgroup_root), strerror(errno));
	r = open_directory(hierarchy->base_path, &hierarchy->base_fd, error);
	if (r < 0)
		return r;
	hierarchy->base_prefix = mount_prefix(hierarchy->base_path);
	if (!hierarchy->base_prefix)
		return error_set(error, ENOMEM, "out of memory");
	if (fstat(hierarchy->base_fd, &status) < 0)
		return error_set(error, errno, "cannot stat %s: %s", hierarchy->base_path,
				 strerror(errno));
	hierarchy->base_owner = (struct delegatee){ false, status.st_uid, status.st_gid };
	hierarchy->is_cgroup2 = mount_is_cgroup2(hierarchy->base_fd);
	hierarchy->is_systemd_init = base_is_systemd_init();
	if (!hierarchy->is_cgroup2 && !options->any_filesystem)
		return error_set(error, EOPNOTSUPP, "%s is not on a cgroup2 file system",
				 hierarchy->base_path);
	return 0;
}

int slicectl_hierarchy_open(const struct slicectl_hierarchy_options *options,
			    struct slicectl_hierarchy **ret_hierarchy, struct slicectl_error *error)
{
	_cleanup_hierarchy_ struct slicectl_hierarchy *hierarchy = calloc(1, sizeof(*hierarchy));
	int r;

	if (!hierarchy)
		return error_set(error, ENOMEM, "out of memory");
	hierarchy->base_fd = hierarchy->proc_fd = -1;
	hierarchy->controllers = controller_default();
	r = open_base(hierarchy, options, error);
	if (r < 0)
		return r;
	r = open_directory("/proc", &hierarchy->proc_fd, error);
	if (r < 0)
		return r;
	*ret_hierarchy = TAKE_PTR(hierarchy);
	return 0;
}

struct slicectl_hierarchy *slicectl_hierarchy_free(struct slicectl_hierarchy *hierarchy)
{
	if (!hierarchy)
		return NULL;
	for (size_t i = 0; i < hierarchy->n_slices; i++) {
		free((char *)hierarchy->slices[i].path);
		free((char *)hierarchy->slices[i].owner);
		slicectl_limits_free(hierarchy->limits[i]);
	}
	free(hierarchy->slices);
	free(hierarchy->limits);
	free(hierarchy->delegatees);
	free(hierarchy->base_path);
	free(hierarchy->base_prefix);
	cleanup_close(&hierarchy->base_fd);
	cleanup_close(&hierarchy->proc_fd);
	free(hierarchy);
	return NULL;
}

const char *slicectl_hierarchy_reason(const struct slicectl_hierarchy *hierarchy)
{
	return hierarchy->reason;
}

const char *slicectl_hierarchy_path(const struct slicectl_hierarchy *hierarchy)
{
	return hierarchy->base_path;
}

static bool is_declared(const struct slicectl_hierarchy *hierarchy, const char *path, size_t length)
{
	for (size_t i = 0; i < hierarchy->n_slices; i++) {
		if (strlen(hierarchy->slices[i].path) == length &&
		    strncmp(hierarchy->slices[i].path, path, length) == 0)
			return true;
	}
	return false;
}

static int check_declaration(const struct slicectl_hierarchy *hierarchy,
			     const struct slicectl_slice *slice, struct slicectl_error *error)
{
	const char *slash;
	int r;

	r = name_check_slice(slice->path, error);
	if (r < 0)
		return r;
	slash = strrchr(slice->path, '/');
	if (is_declared(hierarchy, slice->path, strlen(slice->path)))
		return error_set(error, EEXIST, "slice %s is declared twice", slice->path);
	if (slash && !is_declared(hierarchy, slice->path, (size_t)(slash - slice->path)))
		return error_set(error, EINVAL, "slice %s: its parent %.*s is not declared",
				 slice->path, (int)(slash - slice->path), slice->path);
	if (!slice->owner && !slicectl_hierarchy_owner(hierarchy, slice->path))
		return error_set(error, EINVAL, "slice %s has no owner and inherits none",
				 slice->path);
	return 0;
}

/* Makes room for one more slice; the arrays grow together. */
static int grow(struct slicectl_hierarchy *hierarchy)
{
	size_t n = hierarchy->n_slices + 1;
	struct slicectl_limits **limits;
	struct slicectl_slice *slices;
	struct delegatee *delegatees;

	slices = reallocarray(hierarchy->slices, n, sizeof(*slices));
	if (!slices)
		return -ENOMEM;
	hierarchy->slices = slices;
	limits = reallocarray(hierarchy->limits, n, sizeof(*limits));
	if (!limits)
		return -ENOMEM;
	hierarchy->limits = limits;
	delegatees = reallocarray(hierarchy->delegatees, n, sizeof(*delegatees));
	if (!delegatees)
		return -ENOMEM;
	hierarchy->delegatees = delegatees;
	delegatees[n - 1] = hierarchy->base_owner;
	return 0;
}

int slicectl_hierarchy_declare(struct slicectl_hierarchy *hierarchy,
			       const struct slicectl_slice *slice,
			       const struct slicectl_limits *limits, struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL, *owner = NULL;
	_cleanup_limits_ struct slicectl_limits *copy = NULL;
	int r;

	r = check_declaration(hierarchy, slice, error);
	if (r < 0)
		return r;
	path = strdup(slice->path);
	owner = slice->owner ? strdup(slice->owner) : NULL;
	copy = limits_copy(limits);
	if (!path || (slice->owner && !owner) || !copy || grow(hierarchy) < 0)
		return error_set(error, ENOMEM, "out of memory");
	hierarchy->limits[hierarchy->n_slices] = TAKE_PTR(copy);
	hierarchy->slices[hierarchy->n_slices++] = (struct slicectl_slice){
		.path = TAKE_PTR(path),
		.owner = TAKE_PTR(owner),
	};
	return 0;
}

int slicectl_hierarchy_delegate(struct slicectl_hierarchy *hierarchy, const char *path, uid_t uid,
				gid_t gid, struct slicectl_error *error)
{
	for (size_t i = 0; i < hierarchy->n_slices; i++) {
		if (!text_equal(hierarchy->slices[i].path, path))
			continue;
		hierarchy->delegatees[i] = (struct delegatee){ true, uid, gid };
		return 0;
	}
	return error_set(error, ENOENT, "slice %s is not declared", TEXT_ESCAPE(path));
}

int slicectl_hierarchy_declare_defaults(struct slicectl_hierarchy *hierarchy,
					struct slicectl_error *error)
{
	const struct slicectl_slice *slices;
	size_t n;

	slices = slicectl_default_slices(&n);
	for (size_t i = 0; i < n; i++) {
		int r = slicectl_hierarchy_declare(hierarchy, &slices[i], NULL, error);

		if (r < 0)
			return r;
	}
	return 0;
}

int slicectl_hierarchy_set_controllers(struct slicectl_hierarchy *hierarchy,
				       const char *controllers, struct slicectl_error *error)
{
	return controller_parse_strict(controllers, &hierarchy->controllers, error);
}

const char *slicectl_hierarchy_owner(const struct slicectl_hierarchy *hierarchy, const char *path)
{
	return slicectl_owner_of(hierarchy->slices, hierarchy->n_slices, path);
}

void hierarchy_set_supervised(struct slicectl_hierarchy *hierarchy)
{
	hierarchy->is_supervised = true;
}

int hierarchy_check_owner(const struct slicectl_hierarchy *hierarchy, const char *owner,
			  const char *path, struct slicectl_error *error)
{
	const char *actual = slicectl_hierarchy_owner(hierarchy, path);

	if (!actual)
		return error_set(error, EPERM,
				 "%s is not in a declared slice, so it has no owner and is never changed",
				 path);
	if (!owner || !text_equal(owner, actual))
		return error_set(error, EPERM, "%s is owned by '%s'; '%s' may not change it", path,
				 actual, owner ? owner : "nobody");
	return 0;
}
