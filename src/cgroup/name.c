/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/name.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Interface files share the directory with child cgroups, and the kernel returns EEXIST
 * only for files that exist in this kernel.  "irq" and "debug" are prefixes of files, but
 * not controllers that can be enabled. */
static const char *const file_prefixes[] = {
	"cgroup.", "cpu.",  "cpuset.",     "memory.", "io.",  "pids.",  "hugetlb.",
	"rdma.",   "misc.", "perf_event.", "dmem.",   "irq.", "debug.",
};

static bool allowed(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr(":_.@-\\", c));
}

static const char *interface_prefix(const char *name, size_t length)
{
	for (size_t i = 0; i < ELEMENTS(file_prefixes); i++) {
		size_t n = strlen(file_prefixes[i]);

		if (length >= n && strncmp(name, file_prefixes[i], n) == 0)
			return file_prefixes[i];
	}
	return NULL;
}

/* @shown is the escaped name for the sentence. */
static int check_shape(const char *name, size_t length, const char *shown,
		       struct slicectl_error *error)
{
	if (length == 0)
		return error_set(error, EINVAL, "empty name in a cgroup path");
	if (length > NAME_LENGTH_MAX)
		return error_set(error, EINVAL,
				 "name '%.40s…' has %zu bytes, at most %d are allowed", shown,
				 length, (int)NAME_LENGTH_MAX);
	if (name[0] == '.' || name[0] == '-')
		return error_set(error, EINVAL, "name '%s' begins with '%c'", shown, name[0]);
	return 0;
}

int name_check(const char *name, size_t length, struct slicectl_error *error)
{
	char shown[512], odd[8];
	const char *prefix;
	int r;

	text_escape(name, length, shown, sizeof(shown));
	r = check_shape(name, length, shown, error);
	if (r < 0)
		return r;
	for (size_t i = 0; i < length; i++) {
		if (allowed(name[i]))
			continue;
		text_escape(name + i, 1, odd, sizeof(odd));
		return error_set(error, EINVAL,
				 "name '%s' has '%s' at byte %zu; allowed are A-Z a-z 0-9 : _ . @ - and \\",
				 shown, odd, i + 1);
	}
	prefix = interface_prefix(name, length);
	if (prefix)
		return error_set(error, EINVAL,
				 "name '%s' begins with '%s' like an interface file of the kernel",
				 shown, prefix);
	return 0;
}

void name_mend(char *path)
{
	char *last = path;

	for (char *part = path; part; part = strchr(part, '/')) {
		part += *part == '/';
		last = part;
		if (interface_prefix(part, strcspn(part, "/")))
			*strchr(part, '.') = '_';
		if (*part == '.' || *part == '-')
			*part = '_';
	}
	if (text_ends_with(last, ".slice"))
		*strrchr(last, '.') = '_';
}

int name_check_path(const char *path, struct slicectl_error *error)
{
	const char *part = path;

	if (*path == '/')
		return error_set(error, EINVAL, "path '%s' is absolute", TEXT_ESCAPE(path));
	for (;;) {
		const char *end = strchrnul(part, '/');
		int r = name_check(part, (size_t)(end - part), error);

		if (r < 0) {
			if (strchr(path, '/'))
				error_prefix(error, "%s", TEXT_ESCAPE(path));
			return r;
		}
		if (*end == '\0')
			return 0;
		part = end + 1;
	}
}

int name_check_slice(const char *path, struct slicectl_error *error)
{
	const char *part = path;
	int r;

	r = name_check_path(path, error);
	if (r < 0)
		return r;
	for (;;) {
		const char *end = strchrnul(part, '/');

		if (end - part <= 6 || strncmp(end - 6, ".slice", 6) != 0)
			return error_set(error, EINVAL,
					 "'%s' is not a slice: each part must end in .slice",
					 TEXT_ESCAPE(path));
		if (*end == '\0')
			return 0;
		part = end + 1;
	}
}

/* Merges repeated slashes and removes a slash at the end, in place. */
static void fold_slashes(char *path)
{
	char *out = path;

	for (const char *in = path; *in; in++) {
		if (*in == '/' && (in[1] == '/' || in[1] == '\0'))
			continue;
		*out++ = *in;
	}
	*out = '\0';
}

int name_normalise(const char *base_path, const char *text, char **ret_path,
		   struct slicectl_error *error)
{
	_cleanup_free_ char *path = strdup(text);
	char *relative = path;
	int r;

	if (!path)
		return error_set(error, ENOMEM, "out of memory");
	fold_slashes(path);
	if (*path == '/') {
		if (!name_is_below(path, base_path) || text_equal(path, base_path))
			return error_set(error, EINVAL, "path '%s' is not below %s",
					 TEXT_ESCAPE(text), base_path);
		relative = path + strlen(base_path);
		relative += *relative == '/';
	}
	r = name_check_path(relative, error);
	if (r < 0)
		return r;
	*ret_path = strdup(relative);
	return *ret_path ? 0 : error_set(error, ENOMEM, "out of memory");
}

int name_scope(const char *path, char **ret_path, struct slicectl_error *error)
{
	_cleanup_free_ char *full = NULL, *slice = NULL;
	const char *slash = strrchr(path, '/');
	int r;

	if (text_ends_with(path, ".slice"))
		return error_set(error, EINVAL, "'%s' is a slice, not a scope", TEXT_ESCAPE(path));
	if (!slash)
		return error_set(error, EINVAL,
				 "'%s' does not name a slice; the path of a scope is SLICE/NAME",
				 TEXT_ESCAPE(path));
	slice = strndup(path, (size_t)(slash - path));
	full = text_format("%s%s", path, text_ends_with(path, ".scope") ? "" : ".scope");
	if (!slice || !full)
		return error_set(error, ENOMEM, "out of memory");
	r = name_check_slice(slice, error);
	if (r < 0)
		return r;
	r = name_check_path(full, error);
	if (r < 0)
		return r;
	*ret_path = TAKE_PTR(full);
	return 0;
}

bool name_is_below(const char *path, const char *ancestor)
{
	size_t length = strlen(ancestor);

	if (length == 0 || text_equal(ancestor, "/"))
		return true;
	return strncmp(path, ancestor, length) == 0 && (path[length] == '/' || path[length] == '\0');
}
