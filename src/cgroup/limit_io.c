/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/limit_io.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/parse.h"
#include "base/text.h"

enum { KEYS = 4, DEVICES_MAX = 64 };

#define VALUE_UNSET UINT64_MAX
#define VALUE_MAX (UINT64_MAX - 1)

static const char *const key_names[KEYS] = { "rbps", "wbps", "riops", "wiops" };

struct io_device {
	unsigned major, minor;
	uint64_t values[KEYS];
};

struct io_limits {
	struct io_device devices[DEVICES_MAX];
	size_t count;
	struct io_device *current; /* the device for keys without a device */
};

static struct io_device *add_device(struct io_limits *limits, unsigned major, unsigned minor)
{
	struct io_device *device;

	for (size_t i = 0; i < limits->count; i++) {
		device = &limits->devices[i];
		if (device->major == major && device->minor == minor)
			return device;
	}
	if (limits->count == DEVICES_MAX)
		return NULL;
	device = &limits->devices[limits->count++];
	*device = (struct io_device){ .major = major, .minor = minor };
	for (size_t i = 0; i < KEYS; i++)
		device->values[i] = VALUE_UNSET;
	return device;
}

static int read_value(const char *text, uint64_t *ret_value)
{
	uint64_t value;
	int r;

	if (text_equal(text, "max")) {
		*ret_value = VALUE_MAX;
		return 0;
	}
	r = parse_size(text, &value);
	if (r < 0)
		return r;
	if (value < 2) /* blk-throttle rejects 0 and 1 */
		return -ERANGE;
	*ret_value = value;
	return 0;
}

/* Sets "rbps=1M" for a device. */
static int set_key(struct io_device *device, const char *word)
{
	const char *equals = strchr(word, '=');

	for (size_t i = 0; device && i < KEYS; i++) {
		size_t length = strlen(key_names[i]);

		if ((size_t)(equals - word) == length && strncmp(word, key_names[i], length) == 0)
			return read_value(equals + 1, &device->values[i]);
	}
	return -EINVAL;
}

/* Sets "100M": bytes per second in both directions. */
static int set_bandwidth(struct io_device *device, const char *word)
{
	int r;

	r = read_value(word, &device->values[0]);
	if (r < 0)
		return r;
	device->values[1] = device->values[0];
	return 0;
}

/* Whole disks are the block devices with a hardware device.  The kernel rejects a limit on
 * a partition, and a limit on a stacked device would count twice. */
static int add_disk(struct io_limits *limits, int block_fd, const char *name, const char *word)
{
	char path[300], number[32];
	unsigned major, minor;
	struct io_device *device;

	(void)snprintf(path, sizeof(path), "%s/device", name);
	if (faccessat(block_fd, path, F_OK, 0) < 0)
		return 0;
	(void)snprintf(path, sizeof(path), "%s/dev", name);
	if (fd_read_file(block_fd, path, number, sizeof(number)) < 0 ||
	    sscanf(number, "%u:%u", &major, &minor) != 2)
		return 0;
	device = add_device(limits, major, minor);
	return device ? set_bandwidth(device, word) : -E2BIG;
}

static int set_every_disk(struct io_limits *limits, const char *word)
{
	_cleanup_closedir_ DIR *block = opendir("/sys/block");
	struct dirent *entry;
	uint64_t ignored;
	int r;

	r = read_value(word, &ignored);
	if (r < 0)
		return r;
	while (block && (entry = readdir(block))) {
		if (entry->d_name[0] == '.')
			continue;
		r = add_disk(limits, dirfd(block), entry->d_name, word);
		if (r < 0)
			return r;
	}
	return limits->count > 0 ? 0 : -ENODEV;
}

static int set_value(struct io_limits *limits, const char *word)
{
	if (strchr(word, '='))
		return set_key(limits->current, word);
	if (limits->current)
		return set_bandwidth(limits->current, word);
	return limits->count == 0 ? set_every_disk(limits, word) : -EINVAL;
}

static int find_node(const char *path, unsigned *ret_major, unsigned *ret_minor)
{
	struct stat status;

	if (stat(path, &status) < 0 || !S_ISBLK(status.st_mode))
		return -ENOENT;
	*ret_major = major(status.st_rdev);
	*ret_minor = minor(status.st_rdev);
	return 0;
}

/* Splits "/dev/sda:100M" or "8:0:rbps=1M"; @ret_value is the part after the device, or
 * NULL. */
static int read_device(char *word, unsigned *ret_major, unsigned *ret_minor, char **ret_value)
{
	int used = 0;
	char *colon;

	if (*word == '/') {
		colon = strrchr(word, ':');
		if (colon && find_node(word, ret_major, ret_minor) < 0)
			*colon = '\0';
		else
			colon = NULL;
		*ret_value = colon ? colon + 1 : NULL;
		return find_node(word, ret_major, ret_minor);
	}
	colon = strchr(word, ':');
	if (!colon || !isdigit((unsigned char)colon[1])) /* %u accepts a sign */
		return -EINVAL;
	if (sscanf(word, "%8u:%8u%n", ret_major, ret_minor, &used) != 2)
		return -EINVAL;
	if (word[used] != '\0' && word[used] != ':')
		return -EINVAL;
	*ret_value = word[used] ? word + used + 1 : NULL;
	return 0;
}

static int read_word(struct io_limits *limits, char *word)
{
	unsigned major, minor;
	char *value;
	int r;

	if (*word != '/' && !(isdigit((unsigned char)*word) && strchr(word, ':')))
		return set_value(limits, word);
	r = read_device(word, &major, &minor, &value);
	if (r < 0)
		return r;
	limits->current = add_device(limits, major, minor);
	if (!limits->current)
		return -E2BIG;
	return value ? set_value(limits, value) : 0;
}

static int parse_lines(const char *text, struct io_limits *limits)
{
	_cleanup_free_ char *copy = strdup(text);
	char *word, *saved = NULL;
	int r;

	if (!copy)
		return -ENOMEM;
	for (char *rest = copy; (word = strtok_r(rest, " \t\n,", &saved)); rest = NULL) {
		r = read_word(limits, word);
		if (r < 0)
			return r;
	}
	return limits->count > 0 ? 0 : -EINVAL;
}

/* Returns false when the device has no value. */
static bool print_device(FILE *stream, const struct io_device *device)
{
	bool any = false;

	(void)fprintf(stream, "%u:%u", device->major, device->minor);
	for (size_t i = 0; i < KEYS; i++) {
		if (device->values[i] == VALUE_UNSET)
			continue;
		any = true;
		if (device->values[i] == VALUE_MAX)
			(void)fprintf(stream, " %s=max", key_names[i]);
		else
			(void)fprintf(stream, " %s=%" PRIu64, key_names[i], device->values[i]);
	}
	return any;
}

int limit_io_normalise(const char *text, char **ret_lines)
{
	_cleanup_free_ char *lines = NULL;
	struct io_limits limits = { .count = 0 };
	bool complete = true;
	size_t size = 0;
	FILE *stream;
	int r;

	r = parse_lines(text, &limits);
	if (r < 0)
		return r;
	stream = open_memstream(&lines, &size);
	if (!stream)
		return -ENOMEM;
	for (size_t i = 0; i < limits.count; i++) {
		(void)fputs(i > 0 ? "\n" : "", stream);
		complete = print_device(stream, &limits.devices[i]) && complete;
	}
	if (text_close(stream, &lines) < 0)
		return -ENOMEM;
	if (!complete)
		return -EINVAL;
	*ret_lines = TAKE_PTR(lines);
	return 0;
}

static bool device_is_current(const struct io_device *wanted, struct io_limits *current)
{
	const struct io_device *there = add_device(current, wanted->major, wanted->minor);

	for (size_t i = 0; there && i < KEYS; i++) {
		uint64_t value = there->values[i] == VALUE_UNSET ? VALUE_MAX : there->values[i];

		if (wanted->values[i] != VALUE_UNSET && wanted->values[i] != value)
			return false;
	}
	return there;
}

bool limit_io_is_current(const char *lines, const char *current)
{
	struct io_limits wanted = { .count = 0 }, there = { .count = 0 };

	if (parse_lines(lines, &wanted) < 0)
		return false;
	if (*current && parse_lines(current, &there) < 0)
		return false;
	for (size_t i = 0; i < wanted.count; i++) {
		if (!device_is_current(&wanted.devices[i], &there))
			return false;
	}
	return true;
}
