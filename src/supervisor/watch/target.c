/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "base/fd.h"
#include "base/text.h"
#include "supervisor/watch/parts.h"

enum { KEY_SIZE = 32 };

struct target *target_find(const struct watches *watches, const char *key)
{
	struct target *target = NULL;

	HASH_FIND_STR(watches->targets, key, target);
	return target;
}

struct target *target_find_process(const struct watches *watches, pid_t pid)
{
	char key[KEY_SIZE];

	(void)snprintf(key, sizeof(key), "%d", (int)pid);
	return target_find(watches, key);
}

/* Half of what watches may have is for root. */
int target_count_fd(struct target *target)
{
	struct watches *watches = target->watches;

	if (watches->n_fds >= (target->of_root ? watches->max_fds : watches->max_fds / 2))
		return -EMFILE;
	watches->n_fds++;
	return 0;
}

void target_uncount_fd(struct target *target)
{
	target->watches->n_fds--;
}

static void target_free(struct target *target)
{
	if (target->fd >= 0) {
		(void)close(target->fd);
		target_uncount_fd(target);
	}
	free(target->key);
	free(target);
}

struct target *target_get(struct watches *watches, enum subject_kind kind, const char *key,
			  pid_t pid, uint64_t since_ns)
{
	struct target *target = target_find(watches, key);

	if (target)
		return target;
	target = calloc(1, sizeof(*target));
	if (!target)
		return NULL;
	*target = (struct target){ .watches = watches,
				   .key = strdup(key),
				   .kind = kind,
				   .pid = pid,
				   .since_ns = since_ns,
				   .fd = -1 };
	if (target->key)
		HASH_ADD_KEYPTR(hh, watches->targets, target->key, strlen(target->key), target);
	if (target->key && HASH_IS_IN(target))
		return target;
	target_free(target);
	return NULL;
}

struct target *target_get_process(struct watches *watches, pid_t pid, uint64_t since_ns)
{
	char key[KEY_SIZE];

	(void)snprintf(key, sizeof(key), "%d", (int)pid);
	return target_get(watches, SUBJECT_PROCESS, key, pid, since_ns);
}

static int open_directory(struct target *target)
{
	int proc_fd = target->watches->node->view.proc_fd, r = target_count_fd(target);
	char path[KEY_SIZE];

	if (r < 0)
		return r;
	(void)snprintf(path, sizeof(path), "%d", (int)target->pid);
	target->fd = openat(proc_fd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (target->fd >= 0)
		return 0;
	r = errno == ENOENT ? -ESRCH : -errno;
	target_uncount_fd(target);
	return r;
}

/* The directory is that of one process: once it has exited, nothing is found in it, also when its pid
 * is given to another. */
int target_open(struct target *target)
{
	struct node *node = target->watches->node;
	struct procfs_stat stat;
	int r;

	if (target->kind != SUBJECT_PROCESS || target->fd >= 0 || node->view.replay)
		return 0;
	r = open_directory(target);
	if (r < 0)
		return r;
	r = procfs_read_stat(node->view.proc_fd, target->pid, &stat);
	if (r == 0 && target->since_ns > 0 && view_is_younger(&node->view, &stat, target->since_ns))
		r = -ESRCH;
	if (r == 0)
		return 0;
	(void)close(target->fd);
	target->fd = -1;
	target_uncount_fd(target);
	return r;
}

bool target_lives(const struct target *target)
{
	struct procfs_stat stat;
	char text[1024];

	/* A process that was never opened is told apart by its time alone. */
	if (target->fd < 0)
		return false;
	return fd_read_file(target->fd, "stat", text, sizeof(text)) > 0 &&
	       procfs_stat_parse(text, &stat) == 0 &&
	       (!procfs_is_exiting(&stat) || stat.threads > 1);
}

void target_settle(struct target *target)
{
	if (target->gauges)
		return;
	HASH_DEL(target->watches->targets, target);
	target_free(target);
}

static bool is_family(const struct target *target, const struct family *family)
{
	if (target->pid == 0)
		return family->members.root_pid == 0 && family_scope(family) &&
		       text_equal(family_scope(family), strchr(target->key, ':') + 1);
	return family->members.root_pid == target->pid &&
	       family->root.start_ticks == target->start_ticks;
}

struct family *target_family(const struct target *target)
{
	const struct watches *watches = target->watches;
	const struct process *root = table_find(&watches->node->table, target->pid);
	struct family *family = root ? family_of(root->members) : NULL;

	if (family && is_family(target, family))
		return family;
	/* The root may have exited before its family. */
	DL_FOREACH (families_first(watches->families), family) {
		if (is_family(target, family))
			return family;
	}
	return NULL;
}
