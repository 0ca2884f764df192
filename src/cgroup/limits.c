/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/limits.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/controller.h"
#include "cgroup/interface.h"
#include "cgroup/limit_io.h"
#include "cgroup/limit_name.h"
#include "cgroup/limit_unset.h"
#include "cgroup/limit_value.h"
#include "cgroup/refusal.h"

struct slicectl_limits *slicectl_limits_new(void)
{
	return calloc(1, sizeof(struct slicectl_limits));
}

struct slicectl_limits *slicectl_limits_free(struct slicectl_limits *limits)
{
	if (!limits)
		return NULL;
	for (size_t i = 0; i < limits->count; i++) {
		free(limits->list[i].file);
		free(limits->list[i].value);
	}
	free(limits->list);
	free(limits);
	return NULL;
}

size_t slicectl_limits_count(const struct slicectl_limits *limits)
{
	return limits ? limits->count : 0;
}

const char *slicectl_limits_file(const struct slicectl_limits *limits, size_t i)
{
	return i < slicectl_limits_count(limits) ? limits->list[i].file : NULL;
}

const char *slicectl_limits_value(const struct slicectl_limits *limits, size_t i)
{
	return i < slicectl_limits_count(limits) ? limits->list[i].value : NULL;
}

static int store(struct slicectl_limits *limits, const char *file, char *value)
{
	struct limit *list;
	char *name;

	for (size_t i = 0; i < limits->count; i++) {
		if (!text_equal(limits->list[i].file, file))
			continue;
		free(limits->list[i].value);
		limits->list[i].value = value;
		return 0;
	}
	list = reallocarray(limits->list, limits->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	limits->list = list;
	name = strdup(file);
	if (!name)
		return -ENOMEM;
	list[limits->count++] = (struct limit){ .file = name, .value = value };
	return 0;
}

int slicectl_limits_set(struct slicectl_limits *limits, const char *file, const char *value,
			struct slicectl_error *error)
{
	_cleanup_free_ char *normal = NULL, *copy = strdup(value);
	int r;

	r = limit_name_check(file, error);
	if (r < 0)
		return r;
	if (!copy)
		return error_set(error, ENOMEM, "out of memory");
	if (*text_strip(copy) == '\0')
		return error_set(error, EINVAL, "%s needs a value", file);
	r = limit_value_normalise(file, text_strip(copy), &normal, error);
	if (r < 0)
		return r;
	r = store(limits, file, normal);
	if (r < 0)
		return error_set(error, ENOMEM, "out of memory");
	normal = NULL;
	return 0;
}

int slicectl_limits_set_resources(struct slicectl_limits *limits,
				  const struct slicectl_resource_limits *resources,
				  struct slicectl_error *error)
{
	char number[32];
	int r = 0;

	if (resources->memory_max != SLICECTL_NO_LIMIT) {
		(void)snprintf(number, sizeof(number), "%" PRIu64, resources->memory_max);
		r = slicectl_limits_set(limits, "memory.max", number, error);
	}
	if (r == 0 && resources->io_max != SLICECTL_NO_LIMIT) {
		(void)snprintf(number, sizeof(number), "%" PRIu64, resources->io_max);
		r = slicectl_limits_set(limits, "io.max", number, error);
	}
	if (r == 0 && resources->cpu_weight != 0) {
		(void)snprintf(number, sizeof(number), "%u", resources->cpu_weight);
		r = slicectl_limits_set(limits, "cpu.weight", number, error);
	}
	return r;
}

char *limits_text(const struct slicectl_limits *limits)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	for (size_t i = 0; stream && i < slicectl_limits_count(limits); i++) {
		(void)fprintf(stream, "%s%s=", i > 0 ? " " : "", slicectl_limits_file(limits, i));
		for (const char *c = slicectl_limits_value(limits, i); *c; c++)
			(void)fputc(*c == '\n' || *c == ' ' ? ',' : *c, stream);
	}
	return stream && text_close(stream, &text) == 0 ? text : NULL;
}

int limits_set_raw(struct slicectl_limits *limits, const char *file, const char *value)
{
	char *copy = strdup(value);
	int r = copy ? store(limits, file, copy) : -ENOMEM;

	if (r < 0)
		free(copy);
	return r;
}

struct slicectl_limits *limits_copy(const struct slicectl_limits *limits)
{
	struct slicectl_limits *copy = slicectl_limits_new();

	for (size_t i = 0; copy && i < slicectl_limits_count(limits); i++) {
		if (limits_set_raw(copy, limits->list[i].file, limits->list[i].value) < 0)
			return slicectl_limits_free(copy);
	}
	return copy;
}

static bool has_limit(const struct slicectl_limits *limits, const struct limit *limit)
{
	for (size_t i = 0; i < slicectl_limits_count(limits); i++) {
		if (text_equal(limits->list[i].file, limit->file))
			return text_equal(limits->list[i].value, limit->value);
	}
	return false;
}

struct slicectl_limits *limits_changed(const struct slicectl_limits *before,
				       const struct slicectl_limits *now)
{
	struct slicectl_limits *changed = slicectl_limits_new();

	for (size_t i = 0; changed && i < slicectl_limits_count(now); i++) {
		const struct limit *limit = &now->list[i];
		char *value;

		if (has_limit(before, limit))
			continue;
		value = strdup(limit->value);
		if (!value || store(changed, limit->file, value) < 0) {
			free(value);
			return slicectl_limits_free(changed);
		}
	}
	return changed;
}

static bool has_line(const char *text, const char *line)
{
	size_t length = strlen(line);

	for (const char *c = text; c && *c;) {
		const char *end = strchrnul(c, '\n');

		if ((size_t)(end - c) == length && strncmp(c, line, length) == 0)
			return true;
		c = *end ? end + 1 : NULL;
	}
	return false;
}

bool limit_is_current(const char *file, const char *value, const char *current)
{
	switch (limit_value_comparison(file)) {
	case LIMIT_COMPARE_DEVICE:
		return limit_io_is_current(value, current);
	case LIMIT_COMPARE_LINE:
		return has_line(current, value);
	case LIMIT_COMPARE_TEXT:
		return text_equal(value, current);
	case LIMIT_COMPARE_NONE:
	default:
		return text_equal(value, current);
	}
}

/* Whether the parent has the controller itself, so that slicectl init can enable it. */
static bool parent_offers(int dirfd, controller_set needed)
{
	controller_set offered;

	return controller_read(dirfd, "../cgroup.controllers", &offered) == 0 && (needed & offered);
}

/* Names the controller in the sentence when a file is missing because of it. */
static int missing_controller(int dirfd, const char *path, const char *file,
			      struct slicectl_error *error)
{
	controller_set there, needed = controller_of_file(file);

	if (!needed || controller_read(dirfd, "cgroup.controllers", &there) < 0 || (needed & there))
		return refusal_set(error, REFUSAL_LIMIT, -ENOENT, path, file, NULL);
	return error_set(error, EOPNOTSUPP, "%s: %s: controller %.*s is not enabled for it; %s",
			 path, file, (int)strcspn(file, "."), file,
			 parent_offers(dirfd, needed) ?
				 "run slicectl init, which enables it" :
				 "it is not available in the parent either; slicectl probe says why");
}

/* One write(2) per line: io.max accepts one device at a time. */
static int write_lines(int dirfd, const char *file, const char *value)
{
	_cleanup_free_ char *copy = strdup(value);
	char *line, *saved = NULL;

	if (!copy)
		return -ENOMEM;
	for (char *rest = copy; (line = strtok_r(rest, "\n", &saved)); rest = NULL) {
		int r = interface_write(dirfd, file, line);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Writes the value, and reads the file back where it can be compared. */
static int exchange(int dirfd, const struct limit *limit, char **ret_current)
{
	int r;

	*ret_current = NULL;
	switch (limit_value_comparison(limit->file)) {
	case LIMIT_COMPARE_NONE:
		return interface_write(dirfd, limit->file, limit->value);
	case LIMIT_COMPARE_DEVICE:
		r = write_lines(dirfd, limit->file, limit->value);
		return r < 0 ? r : interface_read(dirfd, limit->file, ret_current);
	case LIMIT_COMPARE_TEXT:
	case LIMIT_COMPARE_LINE:
	default:
		return interface_exchange(dirfd, limit->file, limit->value, ret_current);
	}
}

int limit_apply(int dirfd, const char *path, const struct limit *limit, struct slicectl_error *error)
{
	_cleanup_free_ char *current = NULL;
	int r;

	r = exchange(dirfd, limit, &current);
	if (r == -ENOENT && limit_is_unset(limit->file, limit->value))
		return 0;
	if (r == -ENOENT)
		return missing_controller(dirfd, path, limit->file, error);
	if (r < 0)
		return refusal_set(error, REFUSAL_LIMIT, r, path, limit->file, limit->value);
	/* "isolated invalid (Cpu list in cpuset.cpus not exclusive)" */
	if (current && text_starts_with(current, limit->value) &&
	    text_starts_with(current + strlen(limit->value), " invalid"))
		return error_set(error, EINVAL, "%s: %s: the kernel accepts '%s', but answers '%s'",
				 path, limit->file, limit->value, current);
	if (current && !limit_is_current(limit->file, limit->value, current))
		return error_set(error, EIO,
				 "%s: %s: wrote '%s' but the kernel keeps '%s'; another process may be writing the file",
				 path, limit->file, limit->value, current);
	return 0;
}

/* A partition needs its CPUs first. */
static bool comes_last(const struct limit *limit)
{
	return text_equal(limit->file, "cpuset.cpus.partition");
}

/* A file that is missing is found before any other is written. */
static int check_present(int dirfd, const char *path, const struct slicectl_limits *limits,
			 struct slicectl_error *error)
{
	for (size_t i = 0; i < slicectl_limits_count(limits); i++) {
		const char *file = limits->list[i].file;

		if (faccessat(dirfd, file, F_OK, 0) < 0 && errno == ENOENT &&
		    !limit_is_unset(file, limits->list[i].value))
			return missing_controller(dirfd, path, file, error);
	}
	return 0;
}

/* The limits that were written before one that the kernel refused. */
struct applied {
	size_t n;
	char names[256];
};

static void note_applied(struct applied *applied, const char *file)
{
	size_t used = strlen(applied->names);

	(void)snprintf(applied->names + used, sizeof(applied->names) - used, "%s%s",
		       applied->n++ ? ", " : "", file);
}

static int apply_some(int dirfd, const char *path, const struct slicectl_limits *limits, bool last,
		      struct applied *applied, struct slicectl_error *error)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < slicectl_limits_count(limits); i++) {
		if (comes_last(&limits->list[i]) != last)
			continue;
		r = limit_apply(dirfd, path, &limits->list[i], error);
		if (r == 0)
			note_applied(applied, limits->list[i].file);
	}
	return r;
}

int limits_apply(int dirfd, const char *path, const struct slicectl_limits *limits, bool is_new,
		 struct slicectl_error *error)
{
	struct slicectl_error refused = SLICECTL_ERROR_INIT;
	struct applied applied = { 0 };
	int r = check_present(dirfd, path, limits, error);

	if (r < 0)
		return r;
	r = apply_some(dirfd, path, limits, false, &applied, &refused);
	if (r == 0)
		r = apply_some(dirfd, path, limits, true, &applied, &refused);
	if (r == 0)
		return 0;
	return is_new || applied.n == 0 ?
		       error_set(error, -r, "%s", refused.message) :
		       error_set(error, -r, "%s; set before it: %s", refused.message, applied.names);
}
