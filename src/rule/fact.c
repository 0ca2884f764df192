/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/fact.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/procfs.h"
#include "base/text.h"

/* Device numbers of terminals, from Documentation/admin-guide/devices.txt. */
enum {
	MAJOR_TTY = 4,
	MAJOR_CONSOLE = 5,
	MAJOR_PTS_FIRST = 136,
	MAJOR_PTS_LAST = 143,
	MINOR_SERIAL = 64,
};

static const char *const files[_RULE_KEY_MAX] = {
	[RULE_KEY_COMM] = "comm",     [RULE_KEY_USER] = "status",  [RULE_KEY_GROUP] = "status",
	[RULE_KEY_MEMBER] = "status", [RULE_KEY_EXE] = "exe",      [RULE_KEY_TTY] = "stat",
	[RULE_KEY_CGROUP] = "cgroup", [RULE_KEY_ARGV] = "cmdline", [RULE_KEY_ARG] = "cmdline",
	[RULE_KEY_ENV] = "environ",
};

const char *fact_file(enum rule_key key)
{
	return files[key];
}

/* Each element of a command line ends in a NUL; the fact has blanks between them. */
static ssize_t fact_join(char *bytes, size_t length)
{
	while (length > 0 && bytes[length - 1] == '\0')
		length--;
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] == '\0')
			bytes[i] = ' ';
	}
	return (ssize_t)length;
}

/* The kernel marks the path of a removed or replaced program; rules match its former path. */
static ssize_t strip_deleted(char *bytes, size_t length)
{
	static const char mark[] = " (deleted)";

	if (text_ends_with(bytes, mark))
		length -= sizeof(mark) - 1;
	return (ssize_t)length;
}

/* From "Uid:\treal\teffective\t…". */
static ssize_t effective_id(char *bytes, const char *label)
{
	const char *line = strstr(bytes, label);
	unsigned id;

	if (!line || sscanf(line + strlen(label), " %*u %u", &id) != 1)
		return -EINVAL;
	return sprintf(bytes, "%u", id);
}

/* The effective user as "u1000", the effective group and the supplementary groups.  The elements
 * are not longer than the lines that they come from. */
static ssize_t membership(char *bytes)
{
	const char *user = strstr(bytes, "\nUid:"), *group = strstr(bytes, "\nGid:");
	const char *groups = strstr(bytes, "\nGroups:");
	unsigned uid, gid;
	ssize_t n;

	if (!user || !group || sscanf(user + 5, " %*u %u", &uid) != 1 ||
	    sscanf(group + 5, " %*u %u", &gid) != 1)
		return -EINVAL;
	n = sprintf(bytes, "u%u%c%u%c", uid, '\0', gid, '\0');
	if (!groups)
		return n;
	groups += strlen("\nGroups:");
	while (*groups == '\t' || *groups == ' ') {
		size_t length = strspn(++groups, "0123456789");

		if (length == 0)
			break;
		memmove(bytes + n, groups, length);
		n += (ssize_t)length;
		bytes[n++] = '\0';
		groups += length;
	}
	return n;
}

static ssize_t cgroup_path(char *bytes)
{
	char *path = NULL;
	size_t length;

	if (procfs_cgroup_parse(bytes, &path) < 0)
		return -EINVAL;
	length = strlen(path); /* never longer than the text that it was parsed from */
	memcpy(bytes, path, length);
	free(path);
	return (ssize_t)length;
}

static ssize_t terminal(char *bytes)
{
	const char *close = strrchr(bytes, ')');
	unsigned major, minor;
	int device;

	if (!close || sscanf(close + 1, " %*c %*d %*d %*d %d", &device) != 1)
		return -EINVAL;
	major = (unsigned)device >> 8 & 0xfff;
	minor = ((unsigned)device & 0xff) | ((unsigned)device >> 12 & 0xfff00);
	if (device == 0)
		return sprintf(bytes, "none");
	if (major >= MAJOR_PTS_FIRST && major <= MAJOR_PTS_LAST)
		return sprintf(bytes, "pts/%u", (major - MAJOR_PTS_FIRST) * 256 + minor);
	if (major == MAJOR_TTY)
		return minor < MINOR_SERIAL ? sprintf(bytes, "tty%u", minor) :
					      sprintf(bytes, "ttyS%u", minor - MINOR_SERIAL);
	if (major == MAJOR_CONSOLE && minor == 1)
		return sprintf(bytes, "console");
	return sprintf(bytes, "%u:%u", major, minor);
}

static ssize_t fact_convert(enum rule_key key, char *bytes, size_t length)
{
	switch (key) {
	case RULE_KEY_USER:
		return effective_id(bytes, "\nUid:");
	case RULE_KEY_GROUP:
		return effective_id(bytes, "\nGid:");
	case RULE_KEY_MEMBER:
		return membership(bytes);
	case RULE_KEY_EXE:
		return strip_deleted(bytes, length);
	case RULE_KEY_TTY:
		return terminal(bytes);
	case RULE_KEY_CGROUP:
		return cgroup_path(bytes);
	case RULE_KEY_ARGV:
		return fact_join(bytes, length);
	default:
		return (ssize_t)length;
	}
}

ssize_t fact_of(enum rule_key key, char *bytes, size_t length)
{
	ssize_t n;

	bytes[length] = '\0';
	n = fact_convert(key, bytes, length);
	if (n >= 0)
		bytes[n] = '\0';
	return n;
}
