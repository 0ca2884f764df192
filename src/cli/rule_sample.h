/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The facts that "rule test" matches rules against: of a process, or from options. */

#include "cli/invocation.h"

/* Options of "rule test"; NULL: not given. */
struct rule_sample_facts {
	const char *comm, *exe, *argv, *env, *user;
};

struct rule_sample {
	struct invocation *invocation;
	int proc_fd; /* -1: the facts come from options */
	pid_t pid;
	char comm[RULE_COMM_MAX + 1];
	char *bytes[_RULE_KEY_MAX]; /* NULL: not read yet */
	ssize_t lengths[_RULE_KEY_MAX];
};

/* Of the process that the operand names, or from the options. */
int rule_sample_open(struct invocation *invocation, struct rule_sample *ret_sample,
		     struct slicectl_error *error);
void rule_sample_done(struct rule_sample *sample);

/* The read function of struct rule_subject. */
ssize_t rule_sample_read(void *data, enum rule_key key, const char **ret_bytes);
