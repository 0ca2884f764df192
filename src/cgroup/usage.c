/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/usage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/interface.h"
#include "cgroup/metrics.h"

uint64_t usage_parse_io(const char *text, const char *key)
{
	size_t length = strlen(key);
	uint64_t sum = 0;

	for (const char *at = strstr(text, key); at; at = strstr(at + length, key)) {
		unsigned long long value;

		/* "rbytes" must not match the end of "dbytes_rbytes". */
		if ((at == text || at[-1] == ' ') && sscanf(at + length, "=%20llu", &value) == 1)
			sum += value;
	}
	return sum;
}

uint64_t usage_parse_pressure(const char *text)
{
	unsigned whole, hundredths;

	if (sscanf(text, "some avg10=%3u.%2u", &whole, &hundredths) != 2)
		return SLICECTL_UNKNOWN;
	return whole * 100 + hundredths;
}

static uint64_t pressure(int fd, const char *file)
{
	_cleanup_free_ char *text = NULL;

	return interface_read(fd, file, &text) < 0 ? SLICECTL_UNKNOWN : usage_parse_pressure(text);
}

static void read_io(int fd, struct usage *usage)
{
	_cleanup_free_ char *text = NULL;

	if (interface_read(fd, "io.stat", &text) < 0)
		return;
	usage->read_bytes = usage_parse_io(text, "rbytes");
	usage->write_bytes = usage_parse_io(text, "wbytes");
}

int usage_read(struct slicectl_hierarchy *hierarchy, const char *path, struct usage *ret_usage)
{
	struct usage usage = { .swap = SLICECTL_UNKNOWN,
			       .read_bytes = SLICECTL_UNKNOWN,
			       .write_bytes = SLICECTL_UNKNOWN };
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, path);
	int r = fd < 0 ? fd : metrics_read_path(hierarchy, path, &usage.metrics);

	if (r < 0)
		return r;
	if (interface_read_u64(fd, "memory.swap.current", SLICECTL_UNLIMITED, &usage.swap) < 0)
		usage.swap = SLICECTL_UNKNOWN;
	read_io(fd, &usage);
	usage.pressure_cpu = pressure(fd, "cpu.pressure");
	usage.pressure_memory = pressure(fd, "memory.pressure");
	usage.pressure_io = pressure(fd, "io.pressure");
	*ret_usage = usage;
	return 0;
}

int usage_open(const struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
	       bool for_trigger)
{
	_cleanup_close_ int directory_fd = directory_open(hierarchy->base_fd, path);
	int fd;

	if (directory_fd < 0)
		return directory_fd;
	fd = openat(directory_fd, file,
		    (for_trigger ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

ssize_t usage_read_text(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	if (n < 0)
		return errno == ENODEV ? -ENOENT : -errno;
	text[n] = '\0';
	return n;
}

int usage_read_cpu(int fd, uint64_t *ret_usec)
{
	char text[1024];
	ssize_t n = usage_read_text(fd, text, sizeof(text));

	return n < 0 ? (int)n : interface_parse_key(text, "usage_usec", ret_usec);
}

int usage_set_trigger(int fd, const char *line, uint64_t stall_usec)
{
	char trigger[64];
	int n = snprintf(trigger, sizeof(trigger), "%s %llu %llu", line,
			 (unsigned long long)stall_usec, (unsigned long long)USAGE_TRIGGER_USEC);

	/* With the NUL: without one the kernel takes the last digit for it. */
	return write(fd, trigger, (size_t)n + 1) < 0 ? -errno : 0;
}
