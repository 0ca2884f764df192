/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/parse.h"
#include "base/text.h"

/* include/linux/sched.h */
#define PF_EXITING_FLAG UINT64_C(0x00000004)
#define PF_FORKNOEXEC_FLAG UINT64_C(0x00000040)
#define PF_KTHREAD_FLAG UINT64_C(0x00200000)
#define PF_RANDOMIZE_FLAG UINT64_C(0x00400000)

enum { CGROUP_FILE_MAX = 64 * 1024 };

static const char *pid_path(char *path, size_t size, pid_t pid, const char *file)
{
	(void)snprintf(path, size, "%d/%s", (int)pid, file);
	return path;
}

#define PID_PATH(pid, file) pid_path((char[64]){ 0 }, 64, (pid), (file))

/* A process may exit between open and read, so ENOENT and ESRCH mean the same. */
static int gone(int code)
{
	return code == -ENOENT ? -ESRCH : code;
}

int procfs_stat_parse(const char *text, struct procfs_stat *ret_stat)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	struct procfs_stat stat = { 0 };
	int pid, ppid, n;

	if (!open || !close || close < open || sscanf(text, "%d (", &pid) != 1 || pid <= 0)
		return -EINVAL;
	if ((size_t)(close - open) > sizeof(stat.comm))
		return -EINVAL;
	memcpy(stat.comm, open + 1, (size_t)(close - open - 1));
	n = sscanf(close + 1,
		   " %c %d %*d %*d %*d %*d %" SCNu64 " %*u %*u %*u %*u %*u %*u %*d %*d %*d"
		   " %*d %" SCNu64 " %*d %" SCNu64 " %*u %*d %*u %*u %*u %" SCNu64,
		   &stat.state, &ppid, &stat.flags, &stat.threads, &stat.start_ticks,
		   &stat.start_stack);
	/* The last field may be missing in the texts of tests and of old kernels. */
	if (n < 5 || ppid < 0)
		return -EINVAL;
	stat.pid = pid;
	stat.ppid = ppid;
	*ret_stat = stat;
	return 0;
}

bool procfs_is_kernel_thread(const struct procfs_stat *stat)
{
	return stat->flags & PF_KTHREAD_FLAG;
}

bool procfs_is_forked(const struct procfs_stat *stat)
{
	return stat->flags & PF_FORKNOEXEC_FLAG;
}

bool procfs_is_random(const struct procfs_stat *stat)
{
	return stat->flags & PF_RANDOMIZE_FLAG;
}

bool procfs_is_exiting(const struct procfs_stat *stat)
{
	return (stat->flags & PF_EXITING_FLAG) || stat->state == 'Z' || stat->state == 'X';
}

uint64_t procfs_image(const struct procfs_stat *stat)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

	/* Kernel threads never exec, but workers change their name with their work. */
	if (procfs_is_kernel_thread(stat))
		return 1;
	for (const char *c = stat->comm; *c; c++)
		hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
	return (hash ^ stat->start_stack) | 1;
}

enum { STAT_TRIES_MAX = 3 };

/* A process without threads was released while it was read.  If another thread than the first is
 * executing a program, it is taking the place of the first just now, and the next read shows it. */
int procfs_read_stat(int proc_fd, pid_t pid, struct procfs_stat *ret_stat)
{
	char text[1024];
	int tries = 0, r;
	ssize_t n;

	do {
		n = fd_read_file(proc_fd, PID_PATH(pid, "stat"), text, sizeof(text));
		if (n < 0)
			return gone((int)n);
		r = procfs_stat_parse(text, ret_stat);
	} while (r == 0 && ret_stat->threads == 0 && ++tries < STAT_TRIES_MAX);
	return r;
}

void procfs_comm_parse(const char *text, size_t length, char ret_comm[PROCFS_COMM_SIZE])
{
	if (length > 0 && text[length - 1] == '\n')
		length--;
	if (length >= PROCFS_COMM_SIZE)
		length = PROCFS_COMM_SIZE - 1;
	memcpy(ret_comm, text, length);
	ret_comm[length] = '\0';
}

int procfs_read_comm(int proc_fd, pid_t pid, char ret_comm[PROCFS_COMM_SIZE])
{
	char text[64];
	ssize_t n;

	n = procfs_read_part(proc_fd, pid, "comm", text, sizeof(text));
	if (n < 0)
		return (int)n;
	procfs_comm_parse(text, (size_t)n, ret_comm);
	return 0;
}

static ssize_t read_file(int proc_fd, pid_t pid, const char *file, char *buffer, size_t size)
{
	_cleanup_close_ int fd = openat(proc_fd, PID_PATH(pid, file),
					O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	ssize_t n;

	if (fd < 0)
		return gone(-errno);
	/* One read(2) returns all of these files, up to the requested size. */
	n = read(fd, buffer, size);
	return n < 0 ? gone(-errno) : n;
}

static ssize_t read_link(int proc_fd, pid_t pid, const char *file, char *buffer, size_t size)
{
	ssize_t n = readlinkat(proc_fd, PID_PATH(pid, file), buffer, size);

	return n < 0 ? gone(-errno) : n;
}

ssize_t procfs_read_part(int proc_fd, pid_t pid, const char *file, char *buffer, size_t size)
{
	if (text_equal(file, "exe"))
		return read_link(proc_fd, pid, file, buffer, size);
	return read_file(proc_fd, pid, file, buffer, size);
}

int procfs_read_boot_id(char ret_id[PROCFS_BOOT_ID_SIZE])
{
	ssize_t n = fd_read_file(AT_FDCWD, "/proc/sys/kernel/random/boot_id", ret_id,
				 PROCFS_BOOT_ID_SIZE);

	if (n < 0) {
		ret_id[0] = '\0';
		return (int)n;
	}
	ret_id[strcspn(ret_id, "\n")] = '\0';
	return 0;
}

static bool is_zombie(const struct procfs_stat *stat)
{
	return stat->state == 'Z' || stat->state == 'X';
}

int procfs_find_survivor(int proc_fd, pid_t pid, pid_t *ret_tid)
{
	_cleanup_closedir_ DIR *threads = NULL;
	struct dirent *entry;
	struct procfs_stat stat;
	int fd, r;
	pid_t tid;

	r = procfs_read_stat(proc_fd, pid, &stat);
	if (r < 0 || !is_zombie(&stat) || stat.threads <= 1)
		return r < 0 ? r : -ESRCH;
	fd = openat(proc_fd, PID_PATH(pid, "task"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	threads = fd < 0 ? NULL : fdopendir(fd);
	if (!threads)
		return gone(-errno);
	while ((entry = readdir(threads))) {
		/* Threads are not listed in /proc, but /proc/TID can be opened. */
		if (parse_pid(entry->d_name, &tid) == 0 && tid != pid &&
		    procfs_read_stat(proc_fd, tid, &stat) == 0 && !is_zombie(&stat)) {
			*ret_tid = tid;
			return 0;
		}
	}
	return -ESRCH;
}

static int parse_status(const char *text, const char *name, long *ret_number)
{
	const char *line = strstr(text, name);

	return line && sscanf(line + strlen(name), " %ld", ret_number) == 1 ? 0 : -EINVAL;
}

/* The first number of a line of /proc/PID/status.  Those that are asked for come before the list of its
 * groups, which can be longer than what is read. */
static int read_status(int proc_fd, pid_t pid, const char *name, long *ret_number)
{
	char text[4096];
	ssize_t n = procfs_read_part(proc_fd, pid, "status", text, sizeof(text) - 1);

	if (n < 0)
		return (int)n;
	text[n] = '\0';
	return parse_status(text, name, ret_number);
}

int procfs_read_tgid(int proc_fd, pid_t tid, pid_t *ret_tgid)
{
	long tgid;
	int r = read_status(proc_fd, tid, "\nTgid:", &tgid);

	if (r == 0 && tgid <= 0)
		r = -EINVAL;
	if (r == 0)
		*ret_tgid = (pid_t)tgid;
	return r;
}

int procfs_uid_parse(const char *status, uid_t *ret_uid)
{
	long uid;
	int r = parse_status(status, "\nUid:", &uid);

	if (r == 0)
		*ret_uid = (uid_t)uid;
	return r;
}

int procfs_read_uid(int proc_fd, pid_t pid, uid_t *ret_uid)
{
	long uid;
	int r = read_status(proc_fd, pid, "\nUid:", &uid);

	if (r == 0)
		*ret_uid = (uid_t)uid;
	return r;
}

unsigned procfs_pid_depth_parse(const char *status)
{
	const char *line = strstr(status, "\nNSpid:");
	unsigned numbers = 0;

	for (line = line ? line + strlen("\nNSpid:") : ""; *line && *line != '\n'; line++)
		numbers += (*line == ' ' || *line == '\t') && line[1] >= '0' && line[1] <= '9';
	return numbers > 0 ? numbers - 1 : 0;
}

/* The list of its groups, which comes before, can be long. */
int procfs_read_pid_depth(int proc_fd, pid_t pid, unsigned *ret_depth)
{
	char text[16 * 1024];
	ssize_t n = procfs_read_part(proc_fd, pid, "status", text, sizeof(text) - 1);

	if (n < 0)
		return (int)n;
	text[n] = '\0';
	*ret_depth = procfs_pid_depth_parse(text);
	return 0;
}

int procfs_cgroup_parse(const char *text, char **ret_path)
{
	const char *line = text;

	while (line && *line) {
		const char *end = strchrnul(line, '\n');

		if (text_starts_with(line, "0::/")) {
			*ret_path = strndup(line + 3, (size_t)(end - line - 3));
			return *ret_path ? 0 : -ENOMEM;
		}
		line = *end ? end + 1 : NULL;
	}
	return -ENODATA;
}

int procfs_read_cgroup(int proc_fd, pid_t pid, char **ret_path)
{
	_cleanup_free_ char *text = NULL;
	int r;

	r = fd_read_all(proc_fd, PID_PATH(pid, "cgroup"), CGROUP_FILE_MAX, &text, NULL);
	if (r < 0)
		return gone(r);
	return procfs_cgroup_parse(text, ret_path);
}
