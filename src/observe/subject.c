/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/subject.h"

#include <errno.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"

#define FAMILY "family:"

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

static int parse_family(const char *name, struct subject *ret_subject, struct slicectl_error *error)
{
	struct subject subject = { .kind = SUBJECT_RULE, .name = name };

	if (is_number(name)) {
		subject = (struct subject){ .kind = SUBJECT_FAMILY };
		if (parse_pid(name, &subject.pid) < 0)
			return error_set(error, EINVAL, "'%s' is not a process id",
					 TEXT_ESCAPE(name));
	} else if (*name == '\0' || strchr(name, '/')) {
		return error_set(error, EINVAL,
				 "family: is followed by the name of a rule or the pid of a root");
	}
	*ret_subject = subject;
	return 0;
}

int subject_parse(const char *text, struct subject *ret_subject, struct slicectl_error *error)
{
	struct subject subject = { .kind = SUBJECT_CGROUP, .name = text };

	if (text_starts_with(text, FAMILY))
		return parse_family(text + strlen(FAMILY), ret_subject, error);
	if (is_number(text)) {
		subject = (struct subject){ .kind = SUBJECT_PROCESS };
		if (parse_pid(text, &subject.pid) < 0)
			return error_set(error, EINVAL, "'%s' is not a process id",
					 TEXT_ESCAPE(text));
	} else if (!strchr(text, '/') && !text_ends_with(text, ".slice")) {
		return error_set(error, EINVAL,
				 "'%s' is neither a pid, family:RULE, family:PID, a slice nor SLICE/SCOPE",
				 TEXT_ESCAPE(text));
	}
	*ret_subject = subject;
	return 0;
}

int subject_check(const struct subject *subject, const struct resource *resource,
		  struct slicectl_error *error)
{
	unsigned wanted = subject->kind == SUBJECT_CGROUP  ? RESOURCE_OF_CGROUP :
			  subject->kind == SUBJECT_PROCESS ? RESOURCE_OF_PROCESS :
							     RESOURCE_OF_PROCESS |
								     RESOURCE_OF_FAMILY;

	if (resource->of & wanted)
		return 0;
	if (resource->of & RESOURCE_OF_CGROUP)
		return error_set(error, EINVAL, "%s is of a cgroup; name a slice or SLICE/SCOPE",
				 resource->name);
	return error_set(error, EINVAL, "%s is of a %s", resource->name,
			 resource->of & RESOURCE_OF_PROCESS ?
				 "process; name a pid, family:RULE or family:PID" :
				 "family; name family:RULE or family:PID");
}
