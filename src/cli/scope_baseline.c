/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/scope_baseline.h"

#include <stdio.h>
#include <string.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/nudge.h"
#include "cli/print.h"

/* @left_usec is 0 when a policy has changed the file, and 1 when the time is over. */
typedef void (*baseline_visit)(const char *file, const char *baseline, uint64_t left_usec,
			       void *data);

static uint64_t time_left(uint64_t until_usec)
{
	uint64_t now_usec = nudge_now_usec();

	if (until_usec == 0)
		return 0;
	return until_usec > now_usec ? until_usec - now_usec : 1;
}

static void visit_all(const struct invocation *invocation, const char *path, baseline_visit visit,
		      void *data)
{
	char **files = NULL;

	if (nudge_list(invocation->hierarchy, path, &files) < 0)
		return;
	for (char **file = files; *file; file++) {
		_cleanup_free_ char *baseline = NULL;
		uint64_t until_usec = 0;

		if (nudge_is_intact(invocation->hierarchy, path, *file) == 1 &&
		    nudge_baseline(invocation->hierarchy, path, *file, &baseline, &until_usec) == 0)
			visit(*file, baseline, time_left(until_usec), data);
	}
	slicectl_scope_list_free(files);
}

static void print_one(const char *file, const char *baseline, uint64_t left_usec, void *data)
{
	char span[PRINT_SIZE];

	if (left_usec == 0)
		(void)printf("baseline        %s %s, which a policy puts back\n", file,
			     TEXT_ESCAPE(baseline));
	else
		(void)printf("baseline        %s %s, %s%s\n", file, TEXT_ESCAPE(baseline),
			     left_usec > 1 ? "in " : "overdue",
			     left_usec > 1 ? print_span(left_usec, span) : "");
}

void scope_baseline_print(const struct invocation *invocation, const char *path)
{
	visit_all(invocation, path, print_one, NULL);
}

static void append_one(const char *file, const char *baseline, uint64_t left_usec, void *data)
{
	static const char more[] = ",…";
	char *out = data;
	size_t length = strlen(out), room = SCOPE_BASELINE_SIZE - length;
	int n = snprintf(out + length, room, "%s%s=%s", length > 0 ? "," : "", file,
			 TEXT_ESCAPE(baseline));

	/* A number that is cut would read as another. */
	if (n < 0 || (size_t)n + sizeof(more) > room)
		(void)strcpy(out + length, length > 0 && room >= sizeof(more) ? more : "");
}

const char *scope_baseline_text(const struct invocation *invocation, const char *path,
				char out[SCOPE_BASELINE_SIZE])
{
	out[0] = '\0';
	visit_all(invocation, path, append_one, out);
	return *out ? out : "-";
}

static void add_one(const char *file, const char *baseline, uint64_t left_usec, void *data)
{
	json_t *seconds = left_usec == 0 ? json_null() :
					   json_integer((json_int_t)(left_usec / 1000000));

	(void)json_object_set_new(data, file,
				  json_pack("{s:s, s:o}", "value", TEXT_ESCAPE(baseline), "seconds",
					    seconds));
}

json_t *scope_baseline_json(const struct invocation *invocation, const char *path)
{
	json_t *object = json_object();

	visit_all(invocation, path, add_one, object);
	return object;
}
