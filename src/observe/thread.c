/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/thread.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/parse.h"
#include "base/procfs.h"

enum { PATH_SIZE = 48, SCHEDSTAT_SIZE = 128 };

int threads_parse_run(const char *text, uint64_t *ret_run_ns)
{
	unsigned long long run_ns, waited_ns, slices;

	if (sscanf(text, "%llu %llu %llu", &run_ns, &waited_ns, &slices) != 3)
		return -EINVAL;
	*ret_run_ns = run_ns;
	return 0;
}

/* A kernel without schedstat tells only what the thread does at this moment. */
static void add_run(int directory_fd, pid_t tid, struct threads *threads)
{
	char path[PATH_SIZE], text[SCHEDSTAT_SIZE];
	uint64_t run_ns;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "%d/schedstat", (int)tid);
	n = fd_read_file(directory_fd, path, text, sizeof(text));
	if (n > 0 && threads_parse_run(text, &run_ns) == 0)
		threads->run_ns += run_ns;
}

static void note_state(const struct procfs_stat *stat, struct threads *threads)
{
	if (threads->pid == 0 && (stat->state == 'R' || stat->state == 'D')) {
		threads->pid = stat->pid;
		threads->letter = stat->state;
	}
}

/* The number of threads of its process; 0 when it has exited or cannot be read.  @directory_fd: /proc
 * or, for a thread, /proc/PID/task: /proc/TID/stat exists as well, but has the times of all threads
 * of the process, which the kernel adds up for each read. */
static uint64_t add_thread(int directory_fd, pid_t tid, bool first, struct threads *threads)
{
	struct procfs_stat stat;
	int r;

	if (threads->budget == 0) {
		threads->code = -EBUSY;
		return 0;
	}
	threads->budget--;
	threads->done++;
	r = procfs_read_stat(directory_fd, tid, &stat);
	if (r < 0 && r != -ESRCH && threads->code == 0)
		threads->code = r;
	if (r < 0)
		return 0;
	note_state(&stat, threads);
	if (!first)
		add_run(directory_fd, tid, threads);
	return stat.threads;
}

static void add_others(int proc_fd, pid_t pid, bool first, struct threads *threads)
{
	_cleanup_closedir_ DIR *directory = NULL;
	_cleanup_close_ int fd = -1;
	struct dirent *entry;
	char path[PATH_SIZE];
	size_t at = 1; /* after the first thread */
	pid_t tid;

	(void)snprintf(path, sizeof(path), "%d/task", (int)pid);
	fd = openat(proc_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	directory = fd < 0 ? NULL : fdopendir(fd);
	if (!directory) {
		if (errno != ENOENT && errno != ESRCH)
			threads->code = -errno;
		return;
	}
	fd = -1; /* it belongs to the directory */
	while ((entry = readdir(directory)) && threads->code == 0 && !(first && threads->pid > 0)) {
		if (parse_pid(entry->d_name, &tid) == 0 && tid != pid && at++ >= threads->skip)
			(void)add_thread(dirfd(directory), tid, first, threads);
	}
}

void threads_read(int proc_fd, pid_t pid, bool first, struct threads *threads)
{
	threads->done = threads->skip;
	if (threads->skip > 0 ||
	    (add_thread(proc_fd, pid, first, threads) > 1 && !(first && threads->pid > 0)))
		add_others(proc_fd, pid, first, threads);
	threads->skip = 0;
}
