/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/text.h"
#include "cgroup/controller.h"
#include "cgroup/handle.h"
#include "cgroup/interface.h"

enum { TEXT_MAX = 1024 * 1024 };

/* Inodes of the initial namespaces, fixed by include/linux/proc_ns.h. */
static const struct {
	const char *name, *path;
	unsigned long initial;
	const char *consequence;
} namespaces[] = {
	{ "pid namespace", "/proc/self/ns/pid", 0xEFFFFFFC,
	  "the proc connector reports nothing here, and pids differ from those of the host" },
	{ "user namespace", "/proc/self/ns/user", 0xEFFFFFFD,
	  "the proc connector reports nothing here" },
	{ "cgroup namespace", "/proc/self/ns/cgroup", 0xEFFFFFFB,
	  "processes outside of it cannot be moved when cgroup2 is mounted with nsdelegate" },
};

/* Interface files of every non-root cgroup, and the first kernel that has them. */
static const struct {
	const char *file, *since, *consequence;
} features[] = {
	{ "cgroup.kill", "Linux 5.14", "families are frozen, signalled and thawed instead" },
	{ "cgroup.freeze", "Linux 5.2",
	  "scopes cannot be frozen, and a kill can miss processes that fork" },
	{ "cpu.pressure", "Linux 4.20 with PSI", "pressure is not measured" },
	{ "cgroup.pressure", "Linux 6.1", "pressure cannot be disabled for a cgroup" },
};

const char *probe_verdict_name(enum probe_verdict verdict)
{
	static const char *const names[] = { "ok", "note", "missing" };

	return names[verdict];
}

static void found(struct probe *probe, const char *subject, enum probe_verdict verdict,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));

static void found(struct probe *probe, const char *subject, enum probe_verdict verdict,
		  const char *format, ...)
{
	struct probe_finding *finding;
	va_list arguments;

	if (probe->count == PROBE_FINDINGS_MAX)
		return;
	finding = &probe->findings[probe->count++];
	finding->subject = subject;
	finding->verdict = verdict;
	va_start(arguments, format);
	(void)vsnprintf(finding->text, sizeof(finding->text), format, arguments);
	va_end(arguments);
}

/* A line of /proc/cgroups is "memory 5 97 1"; a hierarchy other than 0 is v1.  1, 0 or -errno. */
static int is_bound_to_v1(const char *controller)
{
	_cleanup_free_ char *text = NULL;
	char *line, *saved = NULL;
	int r = fd_read_all(AT_FDCWD, "/proc/cgroups", TEXT_MAX, &text, NULL);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	for (char *rest = text; (line = strtok_r(rest, "\n", &saved)); rest = NULL) {
		char name[64];
		unsigned hierarchy;

		/* In v1 the io controller is called blkio. */
		if (sscanf(line, "%63s %u", name, &hierarchy) == 2 && hierarchy != 0 &&
		    (text_equal(name, controller) ||
		     (text_equal(controller, "io") && text_equal(name, "blkio"))))
			return 1;
	}
	return 0;
}

/* The first level, from the base upwards, that has the controller but does not enable it
 * for its children; NULL when there is none.  0 or -errno. */
static int withholding_level(const struct slicectl_hierarchy *hierarchy, controller_set needed,
			     char **ret_level)
{
	_cleanup_free_ char *level = strdup(hierarchy->base_path);
	size_t mount = strlen(hierarchy->base_path) - strlen(hierarchy->base_prefix);

	if (!level)
		return -ENOMEM;
	while (strlen(level) > mount) {
		_cleanup_close_ int fd = -1;
		controller_set there = 0;
		int r;

		*strrchr(level, '/') = '\0';
		fd = open(level, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		r = fd < 0 ? -errno : controller_read(fd, "cgroup.controllers", &there);
		if (error_is_shortage(r))
			return r;
		if (r == 0 && (there & needed)) {
			*ret_level = TAKE_PTR(level);
			return 0;
		}
	}
	return 0;
}

static void missing_controller(struct probe *probe, const struct slicectl_hierarchy *hierarchy,
			       const char *subject, const char *name, controller_set bit)
{
	_cleanup_free_ char *level = NULL;
	int r = withholding_level(hierarchy, bit, &level);
	struct stat status;

	if (r == 0 && !level)
		r = is_bound_to_v1(name);
	if (r < 0)
		found(probe, subject, PROBE_MISSING, "not there, and why cannot be found out: %s",
		      strerror(-r));
	else if (level && stat(level, &status) == 0)
		found(probe, subject, PROBE_MISSING,
		      "not enabled in cgroup.subtree_control of %s (owner uid %u)", level,
		      (unsigned)status.st_uid);
	else if (r > 0)
		found(probe, subject, PROBE_MISSING,
		      "bound to a cgroup v1 hierarchy; boot with cgroup_no_v1=%s or unmount it",
		      name);
	else
		found(probe, subject, PROBE_MISSING, "missing in this kernel, or disabled at boot");
}

static void probe_controllers(struct probe *probe, const struct slicectl_hierarchy *hierarchy)
{
	static const char *const subjects[] = {
		"controller cpu",  "controller cpuset", "controller hugetlb",
		"controller io",   "controller memory", "controller pids",
		"controller dmem", "controller misc",   "controller perf_event",
		"controller rdma",
	};
	controller_set there = 0;

	(void)controller_read(hierarchy->base_fd, "cgroup.controllers", &there);
	for (size_t i = 0; controller_name(i) && i < ELEMENTS(subjects); i++) {
		if (!(hierarchy->controllers & (1U << i)))
			continue;
		if (there & (1U << i))
			found(probe, subjects[i], PROBE_GOOD, "available");
		else
			missing_controller(probe, hierarchy, subjects[i], controller_name(i),
					   1U << i);
	}
}

/* Any non-root cgroup shows the interface files of the kernel: the base, or a child. */
static int open_sample(const struct slicectl_hierarchy *hierarchy)
{
	_cleanup_closedir_ DIR *directory = NULL;
	struct dirent *entry;

	if (interface_exists(hierarchy->base_fd, "cgroup.type"))
		return openat(hierarchy->base_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	directory = opendir(hierarchy->base_path);
	while (directory && (entry = readdir(directory))) {
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			return openat(dirfd(directory), entry->d_name,
				      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	return -ENOENT;
}

static void probe_features(struct probe *probe, const struct slicectl_hierarchy *hierarchy)
{
	_cleanup_close_ int fd = open_sample(hierarchy);

	if (fd < 0) {
		found(probe, "interface files", PROBE_NOTE,
		      "there is no cgroup to examine yet; run slicectl init and probe again");
		return;
	}
	for (size_t i = 0; i < ELEMENTS(features); i++) {
		if (interface_exists(fd, features[i].file))
			found(probe, features[i].file, PROBE_GOOD, "available");
		else
			found(probe, features[i].file, PROBE_NOTE, "not available (%s): %s",
			      features[i].since, features[i].consequence);
	}
}

/* Calls with invalid arguments, which have no effect: only the errno for a missing call
 * matters. */
static void probe_calls(struct probe *probe)
{
	struct clone_args arguments = { .flags = CLONE_INTO_CGROUP, .cgroup = INT_MAX };
	struct open_how how = { .flags = UINT64_MAX };

	if (syscall(SYS_openat2, -1, ".", &how, sizeof(how)) < 0 && errno == ENOSYS)
		found(probe, "openat2", PROBE_NOTE,
		      "not available (Linux 5.6): paths are opened component by component");
	else
		found(probe, "openat2", PROBE_GOOD, "available");
	if (syscall(SYS_clone3, &arguments, sizeof(arguments)) < 0 &&
	    (errno == ENOSYS || errno == EINVAL || errno == E2BIG))
		found(probe, "CLONE_INTO_CGROUP", PROBE_NOTE,
		      "not available (Linux 5.7): slicectl run moves a waiting child");
	else
		found(probe, "CLONE_INTO_CGROUP", PROBE_GOOD, "available");
}

static void probe_namespaces(struct probe *probe)
{
	for (size_t i = 0; i < ELEMENTS(namespaces); i++) {
		struct stat status;

		if (stat(namespaces[i].path, &status) < 0)
			continue;
		if (status.st_ino == namespaces[i].initial)
			found(probe, namespaces[i].name, PROBE_GOOD, "the initial one");
		else
			found(probe, namespaces[i].name, PROBE_NOTE, "not the initial one: %s",
			      namespaces[i].consequence);
	}
}

static void probe_mount_options(struct probe *probe)
{
	_cleanup_free_ char *text = NULL;
	char *line, *saved = NULL;

	if (fd_read_all(AT_FDCWD, "/proc/self/mounts", TEXT_MAX, &text, NULL) < 0)
		return;
	for (char *rest = text; (line = strtok_r(rest, "\n", &saved)); rest = NULL) {
		if (!strstr(line, " cgroup2 "))
			continue;
		found(probe, "nsdelegate", PROBE_NOTE, "%s",
		      strstr(line, "nsdelegate") ?
			      "mounted with it: processes cannot be moved out of a cgroup namespace" :
			      "not mounted with it: a cgroup namespace does not confine its processes");
		found(probe, "memory_recursiveprot", PROBE_NOTE, "%s",
		      strstr(line, "memory_recursiveprot") ?
			      "mounted with it: memory.low protects the whole subtree" :
			      "not mounted with it: memory.low must be set on every level");
		found(probe, "favordynmods", PROBE_NOTE, "%s",
		      strstr(line, "favordynmods") ?
			      "mounted with it: single moves are fast" :
			      "not mounted with it: a single move waits 6 to 20 ms unless keep-warm is active; favor-dynmods = yes lets slicectl init remount");
		return;
	}
}

static void probe_privilege(struct probe *probe, const struct slicectl_hierarchy *hierarchy)
{
	if (faccessat(hierarchy->base_fd, ".", W_OK, AT_EACCESS) == 0)
		found(probe, "base", PROBE_GOOD, "%s: %s", hierarchy->base_path, hierarchy->reason);
	else
		found(probe, "base", PROBE_MISSING, "%s (%s) is not writable: %s",
		      hierarchy->base_path, hierarchy->reason, strerror(errno));
}

void probe_run_all(struct slicectl_hierarchy *hierarchy, struct probe *ret_probe)
{
	*ret_probe = (struct probe){ .count = 0 };
	probe_privilege(ret_probe, hierarchy);
	probe_controllers(ret_probe, hierarchy);
	probe_features(ret_probe, hierarchy);
	probe_calls(ret_probe);
	probe_namespaces(ret_probe);
	probe_mount_options(ret_probe);
}
