/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What /proc says of one process.  Readers take a handle of the proc mount, so
 * that tests hand them a directory; parsers take text.  A process that is gone
 * is -ESRCH from every reader, whatever the kernel called it.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* TASK_COMM_LEN of the kernel: 15 bytes and a NUL. */
#define PROCFS_COMM_SIZE 16

struct procfs_stat {
	pid_t pid;
	pid_t ppid;
	char comm[64]; /* workers of the kernel have longer names here */
	char state;
	uint64_t flags;       /* PF_* of the kernel */
	uint64_t threads;
	uint64_t start_ticks; /* since boot, in USER_HZ */
};

/* -EINVAL when @text is not a line of /proc/PID/stat.  The name may hold blanks
 * and parentheses: fields are counted from the last ')' (B-07). */
int procfs_stat_parse(const char *text, struct procfs_stat *ret_stat);
bool procfs_is_kernel_thread(const struct procfs_stat *stat);

/* Whether it is on its way out: it leaves its cgroup before its pidfd tells. */
bool procfs_is_exiting(const struct procfs_stat *stat);

int procfs_read_stat(int proc_fd, pid_t pid, struct procfs_stat *ret_stat);

/* The name without its newline; any bytes. */
int procfs_read_comm(int proc_fd, pid_t pid, char ret_comm[PROCFS_COMM_SIZE]);

/* The process that a thread belongs to. */
int procfs_read_tgid(int proc_fd, pid_t tid, pid_t *ret_tgid);

/* Path of the process's cgroup in the v2 hierarchy: the "0::" line, whichever
 * place it has on a hybrid host (T-16).  The caller frees it. */
int procfs_read_cgroup(int proc_fd, pid_t pid, char **ret_path);
int procfs_cgroup_parse(const char *text, char **ret_path);
