/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Readers and parsers for the files of one process in /proc.  Readers take a handle
 * of the proc mount, so that tests can pass a directory; parsers take text.  For a
 * process that does not exist every reader returns -ESRCH, whatever errno the kernel
 * used.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* TASK_COMM_LEN of the kernel: 15 bytes and a NUL. */
#define PROCFS_COMM_SIZE 16

struct procfs_stat {
	pid_t pid;
	pid_t ppid;
	char comm[64]; /* kernel workers have names longer than 15 bytes here */
	char state;
	uint64_t flags; /* PF_* of the kernel */
	uint64_t threads;
	uint64_t start_ticks; /* since boot, in USER_HZ */
	uint64_t start_stack; /* bottom of its stack; 0 without permission to see it */
};

/* -EINVAL when @text is not a line of /proc/PID/stat.  The name may contain blanks
 * and parentheses: fields are counted from the last ')'. */
int procfs_stat_parse(const char *text, struct procfs_stat *ret_stat);
bool procfs_is_kernel_thread(const struct procfs_stat *stat);

/* Whether the process has not executed a program since it was forked. */
bool procfs_is_forked(const struct procfs_stat *stat);

/* Whether its program got random addresses. */
bool procfs_is_random(const struct procfs_stat *stat);

/* Whether the process is exiting or has exited.  It leaves its cgroup before its pidfd
 * becomes readable. */
bool procfs_is_exiting(const struct procfs_stat *stat);

int procfs_read_stat(int proc_fd, pid_t pid, struct procfs_stat *ret_stat);

/*
 * A hash that changes when the process executes another program: an exec makes a new
 * stack at another address, and usually a new name.  Where stack addresses are not
 * random, or not visible, only the name can differ.  Never 0.
 */
uint64_t procfs_image(const struct procfs_stat *stat);

/* The name without its newline; it may contain any bytes. */
void procfs_comm_parse(const char *text, size_t length, char ret_comm[PROCFS_COMM_SIZE]);
int procfs_read_comm(int proc_fd, pid_t pid, char ret_comm[PROCFS_COMM_SIZE]);

/* Reads the beginning of a file of the process (comm, cmdline, environ, …), or the
 * target of its link exe: at most @size bytes with any values.  Returns their number. */
ssize_t procfs_read_part(int proc_fd, pid_t pid, const char *file, char *buffer, size_t size);

/* The id of the current boot; start times are only comparable within one boot. */
#define PROCFS_BOOT_ID_SIZE 40
int procfs_read_boot_id(char ret_id[PROCFS_BOOT_ID_SIZE]);

/* Finds a live thread of a process whose first thread has exited.  -ESRCH when no thread
 * is alive, or when the first one is. */
int procfs_find_survivor(int proc_fd, pid_t pid, pid_t *ret_tid);

/* The real user id of the process; the parser takes the text of /proc/PID/status. */
int procfs_read_uid(int proc_fd, pid_t pid, uid_t *ret_uid);
int procfs_uid_parse(const char *status, uid_t *ret_uid);

/* The process that a thread belongs to. */
int procfs_read_tgid(int proc_fd, pid_t tid, pid_t *ret_tgid);

/* How many pid namespaces below that of the proc mount the process is in, from the line NSpid of
 * /proc/PID/status; 0 when there is none. */
int procfs_read_pid_depth(int proc_fd, pid_t pid, unsigned *ret_depth);
unsigned procfs_pid_depth_parse(const char *status);

/* Path of the process's cgroup in the v2 hierarchy: the "0::" line, which may be on any
 * line of the file on a host with cgroup v1 as well.  The caller frees it. */
int procfs_read_cgroup(int proc_fd, pid_t pid, char **ret_path);
int procfs_cgroup_parse(const char *text, char **ret_path);
