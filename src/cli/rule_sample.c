/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/procfs.h"
#include "base/text.h"
#include "cli/rule_sample.h"
#include "config/authority.h"
#include "rule/fact.h"

enum { FACT_SIZE = 64 * 1024, GROUPS_MAX = 1024 };

static int open_process(struct rule_sample *sample, const char *text, struct slicectl_error *error)
{
	_cleanup_free_ char *proc = text_format("%s/proc", sample->invocation->root);

	if (parse_pid(text, &sample->pid) < 0)
		return error_set(error, EINVAL, "'%s' is not a process id", TEXT_ESCAPE(text));
	if (!proc)
		return error_set(error, ENOMEM, "out of memory");
	sample->proc_fd = open(proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (sample->proc_fd < 0)
		return error_set(error, errno, "cannot open %s: %s", proc, strerror(errno));
	if (procfs_read_comm(sample->proc_fd, sample->pid, sample->comm) < 0)
		return error_set(error, ENOENT, "there is no process %d", (int)sample->pid);
	return 0;
}

/* As a process of the user would have it after a login. */
static int take_membership(struct rule_sample *sample, uid_t uid)
{
	const struct passwd *user = getpwuid(uid);
	gid_t groups[GROUPS_MAX];
	int n = GROUPS_MAX;
	size_t size = 0;
	FILE *stream = open_memstream(&sample->bytes[RULE_KEY_MEMBER], &size);

	if (!stream)
		return -ENOMEM;
	(void)fprintf(stream, "u%u%c", (unsigned)uid, '\0');
	if (!user || getgrouplist(user->pw_name, user->pw_gid, groups, &n) < 0)
		n = 0;
	for (int i = 0; i < n; i++)
		(void)fprintf(stream, "%u%c", (unsigned)groups[i], '\0');
	if (text_close(stream, &sample->bytes[RULE_KEY_MEMBER]) < 0)
		return -ENOMEM;
	sample->lengths[RULE_KEY_MEMBER] = (ssize_t)size;
	return 0;
}

static int take_user(struct rule_sample *sample, const char *name, struct slicectl_error *error)
{
	uint32_t id;

	if (!authority_find_user(name, &id))
		return error_set(error, ENOENT, "there is no user '%s' on this machine",
				 TEXT_ESCAPE(name));
	sample->lengths[RULE_KEY_USER] = asprintf(&sample->bytes[RULE_KEY_USER], "%u", id);
	if (sample->lengths[RULE_KEY_USER] < 0 || take_membership(sample, id) < 0)
		return error_set(error, ENOMEM, "out of memory");
	return 0;
}

/* The value of an option as a fact: the command line is split at blanks into the elements of
 * arg; env is one variable. */
static int take_given(struct rule_sample *sample, enum rule_key key, const char *text,
		      struct slicectl_error *error)
{
	size_t length = strlen(text);
	char *copy = calloc(1, length + 2);

	if (!copy)
		return error_set(error, ENOMEM, "out of memory");
	memcpy(copy, text, length);
	for (char *c = copy; key == RULE_KEY_ARG && (c = strchr(c, ' '));)
		*c++ = '\0';
	sample->bytes[key] = copy;
	/* The NUL that ends an element belongs to it. */
	sample->lengths[key] = (ssize_t)length + (key == RULE_KEY_ARG || key == RULE_KEY_ENV);
	return 0;
}

static int make_up(struct rule_sample *sample, struct slicectl_error *error)
{
	const struct rule_sample_facts *given = sample->invocation->options;
	int r = 0;

	if (given->comm && strlen(given->comm) > RULE_COMM_MAX)
		return error_set(error, EINVAL,
				 "--comm: the kernel keeps only %d bytes of a process name",
				 (int)RULE_COMM_MAX);
	(void)strcpy(sample->comm, given->comm ? given->comm : "");
	if (given->exe)
		r = take_given(sample, RULE_KEY_EXE, given->exe, error);
	if (r == 0 && given->argv)
		r = take_given(sample, RULE_KEY_ARGV, given->argv, error);
	if (r == 0 && given->argv)
		r = take_given(sample, RULE_KEY_ARG, given->argv, error);
	if (r == 0 && given->env)
		r = take_given(sample, RULE_KEY_ENV, given->env, error);
	if (r == 0 && given->user)
		r = take_user(sample, given->user, error);
	return r;
}

int rule_sample_open(struct invocation *invocation, struct rule_sample *ret_sample,
		     struct slicectl_error *error)
{
	const struct rule_sample_facts *facts = invocation->options;
	bool given = facts->comm || facts->exe || facts->argv || facts->env || facts->user;

	*ret_sample = (struct rule_sample){ .invocation = invocation, .proc_fd = -1 };
	if (given == (invocation->n_operands == 1))
		return error_set(error, EINVAL,
				 "rule test needs either a process id or at least one of --comm, --exe, --argv, --env, --user");
	return given ? make_up(ret_sample, error) :
		       open_process(ret_sample, invocation->operands[0], error);
}

void rule_sample_done(struct rule_sample *sample)
{
	for (int key = 0; key < _RULE_KEY_MAX; key++)
		free(sample->bytes[key]);
	cleanup_close(&sample->proc_fd);
}

ssize_t rule_sample_read(void *data, enum rule_key key, const char **ret_bytes)
{
	struct rule_sample *sample = data;

	if (!sample->bytes[key] && sample->proc_fd >= 0 && fact_file(key)) {
		ssize_t n;

		sample->bytes[key] = malloc(FACT_SIZE + 1);
		if (!sample->bytes[key])
			return -ENOMEM;
		n = procfs_read_part(sample->proc_fd, sample->pid, fact_file(key),
				     sample->bytes[key], FACT_SIZE);
		sample->lengths[key] = n < 0 ? n : fact_of(key, sample->bytes[key], (size_t)n);
	}
	*ret_bytes = sample->bytes[key];
	return sample->bytes[key] ? sample->lengths[key] : -ENODATA;
}
