/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/interface_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/hierarchy.h"
#include "cgroup/interface.h"

static const char *const files[] = {
	"cgroup.events",
	"cgroup.stat",
	"cgroup.controllers",
	"cpu.stat",
	"cpu.weight",
	"cpu.max",
	"cpu.pressure",
	"cpuset.cpus",
	"cpuset.mems",
	"io.stat",
	"io.max",
	"io.weight",
	"io.pressure",
	"memory.current",
	"memory.peak",
	"memory.max",
	"memory.high",
	"memory.low",
	"memory.min",
	"memory.swap.current",
	"memory.swap.max",
	"memory.events",
	"memory.stat",
	"memory.pressure",
	"pids.current",
	"pids.peak",
	"pids.max",
	"pids.events",
};

/* An integer, a decimal fraction, or the text as it is. */
static json_t *scalar(const char *text)
{
	uint64_t number;
	double fraction;
	char *end;

	if (parse_u64(text, 0, INT64_MAX, &number) == 0)
		return json_integer((json_int_t)number);
	fraction = strtod(text, &end);
	if (end != text && *end == '\0' && strchr(text, '.'))
		return json_real(fraction);
	return json_string(TEXT_ESCAPE(text));
}

/* "key=value key=value", as in io.max and the pressure files. */
static json_t *pairs(char *text)
{
	json_t *object = json_object();
	char *word, *saved = NULL;

	for (char *rest = text; object && (word = strtok_r(rest, " ", &saved)); rest = NULL) {
		char *equals = strchr(word, '=');

		if (!equals)
			continue;
		*equals = '\0';
		(void)json_object_set_new(object, word, scalar(equals + 1));
	}
	return object;
}

/* One line of a keyed file: its first word is the key. */
static void add_line(json_t *object, char *line)
{
	char *value = strchr(line, ' ');

	if (!value)
		return;
	*value++ = '\0';
	(void)json_object_set_new(object, line, strchr(value, '=') ? pairs(value) : scalar(value));
}

/* The first line of a keyed file has a key, a blank, and a number or pairs; "cpu.max" and lists
 * of words have one line and are text. */
static bool is_keyed(const char *text)
{
	const char *blank = strchr(text, ' ');
	bool word = *text < '0' || *text > '9' || strchr(text, '=');

	return blank && word && (strchr(text, '\n') || strchr(text, '='));
}

json_t *interface_json_parse(const char *text)
{
	_cleanup_free_ char *copy = strdup(text);
	char *line, *saved = NULL;
	json_t *object;

	if (!copy)
		return NULL;
	if (!is_keyed(text))
		return scalar(text);
	object = json_object();
	for (char *rest = copy; object && (line = strtok_r(rest, "\n", &saved)); rest = NULL)
		add_line(object, line);
	return object;
}

static int add_file(json_t *object, int fd, const char *file)
{
	_cleanup_free_ char *text = NULL;
	int r = interface_read(fd, file, &text);

	if (r < 0) /* most are of a controller that is not enabled */
		return error_is_shortage(r) ? r : 0;
	return json_object_set_new(object, file, interface_json_parse(text)) < 0 ? -ENOMEM : 0;
}

int interface_json(struct slicectl_hierarchy *hierarchy, const char *path, json_t *object)
{
	_cleanup_close_ int fd = hierarchy_open_cgroup(hierarchy, path);
	int r = object ? 0 : -ENOMEM;

	if (fd < 0)
		return error_is_shortage(fd) ? fd : r;
	for (size_t i = 0; r == 0 && i < ELEMENTS(files); i++)
		r = add_file(object, fd, files[i]);
	return r;
}
