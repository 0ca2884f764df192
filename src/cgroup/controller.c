/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/controller.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/interface.h"

/* Every controller of cgroup v2 up to Linux 6.18. */
static const struct {
	const char *name;
	int enabled_by_default;
} controllers[] = {
	{ "cpu", 1 },  { "cpuset", 1 }, { "hugetlb", 1 }, { "io", 1 },         { "memory", 1 },
	{ "pids", 1 }, { "dmem", 0 },   { "misc", 0 },    { "perf_event", 0 }, { "rdma", 0 },
};

controller_set controller_default(void)
{
	controller_set set = 0;

	for (size_t i = 0; i < ELEMENTS(controllers); i++)
		set |= controllers[i].enabled_by_default ? 1U << i : 0;
	return set;
}

const char *controller_name(size_t i)
{
	return i < ELEMENTS(controllers) ? controllers[i].name : NULL;
}

static controller_set of_word(const char *word, size_t length)
{
	for (size_t i = 0; i < ELEMENTS(controllers); i++) {
		if (strlen(controllers[i].name) == length &&
		    strncmp(controllers[i].name, word, length) == 0)
			return 1U << i;
	}
	return 0;
}

/* Adds each word; @ret_unknown (may be NULL) is the first unknown word. */
static controller_set parse_words(const char *text, const char **ret_unknown)
{
	controller_set set = 0;

	while (*(text += strspn(text, " \t\n"))) {
		size_t length = strcspn(text, " \t\n");
		controller_set one = of_word(text, length);

		if (!one && ret_unknown && !*ret_unknown)
			*ret_unknown = text;
		set |= one;
		text += length;
	}
	return set;
}

controller_set controller_parse(const char *text)
{
	return parse_words(text, NULL);
}

int controller_parse_strict(const char *text, controller_set *ret_set, struct slicectl_error *error)
{
	const char *unknown = NULL;
	controller_set set = parse_words(text, &unknown);

	if (unknown)
		return error_set(error, EINVAL, "'%.*s' is not a cgroup v2 controller",
				 (int)strcspn(unknown, " \t\n"), TEXT_ESCAPE(unknown));
	*ret_set = set;
	return 0;
}

int controller_read(int dirfd, const char *file, controller_set *ret_set)
{
	_cleanup_free_ char *text = NULL;
	int r;

	r = interface_read(dirfd, file, &text);
	if (r < 0)
		return r;
	*ret_set = controller_parse(text);
	return 0;
}

controller_set controller_of_file(const char *file)
{
	return of_word(file, strcspn(file, "."));
}
