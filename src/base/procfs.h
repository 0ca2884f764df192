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
	uint64_t flags; /* PF_* of the kernel */
	uint64_t threads;
	uint64_t start_ticks; /* since boot, in USER_HZ */
	uint64_t start_stack; /* bottom of its stack; 0 where we may not know */
};

/* -EINVAL when @text is not a line of /proc/PID/stat.  The name may hold blanks
 * and parentheses: fields are counted from the last ')' (B-07). */
int procfs_stat_parse(const char *text, struct procfs_stat *ret_stat);
bool procfs_is_kernel_thread(const struct procfs_stat *stat);

/* Whether it is on its way out: it leaves its cgroup before its pidfd tells. */
bool procfs_is_exiting(const struct procfs_stat *stat);

int procfs_read_stat(int proc_fd, pid_t pid, struct procfs_stat *ret_stat);

/*
 * Tells what it executes from what it executed before: an exec makes a new stack at
 * another address, and mostly a new name.  Where addresses are not random, or not
 * shown to us, the name is all that tells.  Never 0.
 */
uint64_t procfs_image(const struct procfs_stat *stat);

/* The name without its newline; any bytes. */
void procfs_comm_parse(const char *text, size_t length, char ret_comm[PROCFS_COMM_SIZE]);
int procfs_read_comm(int proc_fd, pid_t pid, char ret_comm[PROCFS_COMM_SIZE]);

/* The beginning of a file of the process (comm, cmdline, environ, …), or where its
 * link exe leads: at most @size bytes, of any kind.  Returns how many. */
ssize_t procfs_read_part(int proc_fd, pid_t pid, const char *file, char *buffer, size_t size);

/* The boot that start times are counted from. */
#define PROCFS_BOOT_ID_SIZE 40
int procfs_read_boot_id(char ret_id[PROCFS_BOOT_ID_SIZE]);

/* A thread of the process that lives, when its first has ended.  -ESRCH when there is
 * none, or the first lives. */
int procfs_find_survivor(int proc_fd, pid_t pid, pid_t *ret_tid);

/* The real user of the process. */
int procfs_read_uid(int proc_fd, pid_t pid, uid_t *ret_uid);

/* The process that a thread belongs to. */
int procfs_read_tgid(int proc_fd, pid_t tid, pid_t *ret_tgid);

/* Path of the process's cgroup in the v2 hierarchy: the "0::" line, whichever
 * place it has on a hybrid host (T-16).  The caller frees it. */
int procfs_read_cgroup(int proc_fd, pid_t pid, char **ret_path);
int procfs_cgroup_parse(const char *text, char **ret_path);
