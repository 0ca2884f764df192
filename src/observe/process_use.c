/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/process_use.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/procfs.h"
#include "base/text.h"

enum { TEXT_MAX = 8192 };

int process_use_parse_status(const char *text, const char *key, uint64_t *ret_value)
{
	size_t length = strlen(key);
	unsigned long long number;
	char unit[4] = "";

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, length) != 0 || line[length] != ':')
			continue;
		if (sscanf(line + length + 1, "%20llu %3s", &number, unit) < 1)
			return -EINVAL;
		*ret_value = text_equal(unit, "kB") ? number * 1024 : number;
		return 0;
	}
	return -ENODATA;
}

int process_use_parse_time(const char *text, uint64_t *ret_usec)
{
	const char *end = strrchr(text, ')'); /* the name may contain anything */
	unsigned long long user, system;
	long ticks = sysconf(_SC_CLK_TCK);

	if (!end || ticks <= 0 ||
	    sscanf(end + 1, " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %20llu %20llu", &user,
		   &system) != 2)
		return -EINVAL;
	*ret_usec = (user + system) * (1000000 / (uint64_t)ticks);
	return 0;
}

bool process_use_counts_descriptors(void)
{
	struct stat status;

	return stat("/proc/self/fd", &status) == 0 && status.st_size > 0;
}

static bool is_zombie(int directory_fd)
{
	struct procfs_stat stat;
	char text[1024];

	return fd_read_file(directory_fd, "stat", text, sizeof(text)) <= 0 ||
	       procfs_stat_parse(text, &stat) < 0 || procfs_is_exiting(&stat);
}

/* Linux 6.2 tells the number of descriptors as the size of the directory; before, they are listed. */
static int count_descriptors(int directory_fd, uint64_t *ret_value)
{
	_cleanup_closedir_ DIR *directory = NULL;
	struct stat status;
	struct dirent *entry;
	uint64_t n = 0;
	int fd;

	if (fstatat(directory_fd, "fd", &status, 0) < 0)
		return -errno;
	if (status.st_size > 0) {
		*ret_value = (uint64_t)status.st_size;
		return 0;
	}
	fd = openat(directory_fd, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	directory = fd < 0 ? NULL : fdopendir(fd);
	if (!directory)
		return -errno;
	while ((errno = 0, entry = readdir(directory)))
		n += entry->d_name[0] != '.';
	if (errno > 0)
		return -errno;
	/* Without its first thread, or without any, it has descriptors that are not seen here. */
	if (n == 0 && is_zombie(directory_fd))
		return -ENODATA;
	*ret_value = n;
	return 0;
}

static int read_value(int directory_fd, const struct resource *resource, uint64_t *ret_value)
{
	bool is_time = resource->source == RESOURCE_AVERAGED;
	struct procfs_stat stat;
	char text[TEXT_MAX];
	ssize_t n;
	int r;

	if (text_equal(resource->file, "fd"))
		return count_descriptors(directory_fd, ret_value);
	n = fd_read_file(directory_fd, is_time ? "stat" : resource->file, text, sizeof(text));
	if (n < 0)
		return (int)n;
	if (is_time)
		return process_use_parse_time(text, ret_value);
	if (resource->key)
		return process_use_parse_status(text, resource->key, ret_value);
	r = procfs_stat_parse(text, &stat);
	if (r == 0)
		*ret_value = stat.threads;
	return r;
}

int process_use_read(int directory_fd, const struct resource *resource, uint64_t *ret_value)
{
	int r = read_value(directory_fd, resource, ret_value);

	/* The entries of /proc of a process that has exited are not found. */
	return r == -ENOENT ? -ESRCH : r;
}

static const char *limit_name(int rlimit)
{
	switch (rlimit) {
	case RLIMIT_NOFILE:
		return "Max open files";
	case RLIMIT_RSS:
		return "Max resident set";
	case RLIMIT_AS:
		return "Max address space";
	case RLIMIT_DATA:
		return "Max data size";
	case RLIMIT_STACK:
		return "Max stack size";
	case RLIMIT_MEMLOCK:
		return "Max locked memory";
	case RLIMIT_SIGPENDING:
		return "Max pending signals";
	default:
		return "";
	}
}

int process_use_parse_limit(const char *text, int rlimit, uint64_t *ret_limit)
{
	const char *name = limit_name(rlimit), *line = *name ? strstr(text, name) : NULL;
	unsigned long long number;
	char word[32];

	if (!line || (line != text && line[-1] != '\n') ||
	    sscanf(line + strlen(name), " %31s", word) != 1)
		return -EINVAL;
	if (text_equal(word, "unlimited"))
		*ret_limit = UINT64_MAX;
	else if (sscanf(word, "%20llu", &number) == 1)
		*ret_limit = number;
	else
		return -EINVAL;
	return 0;
}

int process_use_limit(int directory_fd, int rlimit, uint64_t *ret_limit)
{
	char text[TEXT_MAX];
	ssize_t n = fd_read_file(directory_fd, "limits", text, sizeof(text));

	return n < 0 ? (int)n : process_use_parse_limit(text, rlimit, ret_limit);
}
