/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/limit_cpuset.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/text.h"

enum { CPUSET_MAX = 4096 };

/* Adds "3" or "0-2" to @member. */
static int add_range(char *range, bool member[CPUSET_MAX])
{
	char *dash = strchr(range, '-');
	uint64_t first, last;
	int r;

	if (dash)
		*dash = '\0';
	r = parse_u64(text_strip(range), 0, CPUSET_MAX - 1, &first);
	if (r < 0)
		return r;
	last = first;
	r = dash ? parse_u64(text_strip(dash + 1), 0, CPUSET_MAX - 1, &last) : 0;
	if (r < 0)
		return r;
	if (last < first)
		return -EINVAL;
	for (uint64_t i = first; i <= last; i++)
		member[i] = true;
	return 0;
}

static char *print_ranges(const bool member[CPUSET_MAX])
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	const char *comma = "";

	if (!stream)
		return NULL;
	for (int i = 0; i < CPUSET_MAX; i++) {
		int first = i;

		if (!member[i])
			continue;
		while (i + 1 < CPUSET_MAX && member[i + 1])
			i++;
		(void)fprintf(stream, "%s%d", comma, first);
		if (i > first)
			(void)fprintf(stream, "-%d", i);
		comma = ",";
	}
	return text_close(stream, &text) == 0 ? text : NULL;
}

int limit_cpuset_normalise(const char *text, char **ret_list)
{
	_cleanup_free_ char *copy = strdup(text);
	bool member[CPUSET_MAX] = { false };
	char *range, *saved = NULL;
	int r;

	if (!copy)
		return -ENOMEM;
	range = text_strip(copy);
	/* strtok_r() would skip an empty part between commas. */
	if (*range == '\0' || *range == ',' || text_ends_with(range, ",") || strstr(range, ",,"))
		return -EINVAL;
	for (char *rest = copy; (range = strtok_r(rest, ",", &saved)); rest = NULL) {
		r = add_range(range, member);
		if (r < 0)
			return r;
	}
	*ret_list = print_ranges(member);
	return *ret_list ? 0 : -ENOMEM;
}
