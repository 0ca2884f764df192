/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Converts the parameters of groups to those of cgroup v2, and reports what is lost. */

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <slicectl/limits.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/limits.h"
#include "config/import_value.h"

enum { SHOWN_MAX = 60 }; /* bytes of a value in a sentence */

struct conversion {
	struct import *import;
	const struct import_group *group; /* as read */
	struct import_group fresh;        /* result: only its values are used */
	char *state;                      /* files that only show the state */
};

/* One line, cut where it is long. */
static char *shorten(const char *text)
{
	bool is_long = strlen(text) > SHOWN_MAX;
	char *copy = strndup(text, SHOWN_MAX), *whole;

	for (char *c = copy; c && *c; c++)
		*c = *c == '\n' ? ' ' : *c;
	whole = copy ? text_format("%s%s", TEXT_ESCAPE(copy), is_long ? "…" : "") : NULL;
	free(copy);
	return whole;
}

/* Warns, and keeps the sentence for a comment; it follows "FILE = VALUE".  In the comment no
 * blank is around the sign, so that nobody takes it for a limit. */
static int tell(struct conversion *conversion, const struct import_value *from, const char *format,
		...) __attribute__((format(printf, 3, 4)));
static int tell(struct conversion *conversion, const struct import_value *from, const char *format,
		...)
{
	_cleanup_free_ char *file = shorten(from->file), *value = shorten(from->value);
	_cleanup_free_ char *end = NULL, *sentence = NULL;
	struct import_value told = *from;
	va_list arguments;
	int r;

	va_start(arguments, format);
	r = vasprintf(&end, format, arguments);
	va_end(arguments);
	if (r < 0) {
		end = NULL;
		return -ENOMEM;
	}
	sentence = file && value ? text_format("%s=%s %s", file, value, end) : NULL;
	if (!sentence)
		return -ENOMEM;
	import_warn(conversion->import, "%s:%u: group %s: %s = %s %s", from->source, from->line,
		    TEXT_ESCAPE(conversion->group->path), file, value, end);
	told.told = sentence;
	return import_add_value(&conversion->fresh, &told);
}

/* A later value replaces an earlier one, except that io.max has one for each device. */
static int add_limit(struct import_group *fresh, const struct import_value *from, const char *file,
		     const char *value)
{
	bool adds = text_equal(file, "io.max");

	for (size_t i = 0; i < fresh->n_values; i++) {
		struct import_value *old = &fresh->values[i];
		char *changed;

		if (old->told || !text_equal(old->file, file))
			continue;
		changed = adds ? text_format("%s %s", old->value, value) : strdup(value);
		if (!changed)
			return -ENOMEM;
		free(old->value);
		old->value = changed;
		return 0;
	}
	return import_add_value(fresh, &(struct import_value){ .file = (char *)file,
							       .value = (char *)value,
							       .source = from->source,
							       .line = from->line });
}

/* "pids.max = 0: out of range" without what was said already, if it was. */
static const char *reason_of(const char *message, const char *file, const char *said)
{
	const char *reason = text_starts_with(message, file) ? strstr(message, ": ") : NULL;

	return reason && text_equal(file, said) ? reason + 2 : message;
}

/* Takes one value of cgroup v2 if slicectl takes it. */
static int take_limit(struct conversion *conversion, const struct import_value *from,
		      const char *file, const char *value)
{
	_cleanup_limits_ struct slicectl_limits *limits = slicectl_limits_new();
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	int r = limits ? slicectl_limits_set(limits, file, value, &error) : -ENOMEM;

	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return tell(conversion, from, "is left out: %s",
			    reason_of(error.message, file, from->file));
	return add_limit(&conversion->fresh, from, file, value);
}

/* Of a line of io.max, in place, removes the keys without a limit; whether any is left. */
static bool drop_unlimited(char *line)
{
	char *saved = NULL, *out = line;
	bool any = false;

	for (char *word = strtok_r(line, " \t", &saved); word; word = strtok_r(NULL, " \t", &saved)) {
		size_t length = strlen(word);

		if (text_ends_with(word, "=max"))
			continue;
		any = any || strchr(word, '=');
		if (out != line)
			*out++ = ' ';
		memmove(out, word, length);
		out += length;
	}
	*out = '\0';
	return any;
}

static int take_devices(struct conversion *conversion, const struct import_value *from,
			const char *value)
{
	_cleanup_free_ char *copy = strdup(value);
	char *saved = NULL;
	int r = copy ? 0 : -ENOMEM;

	for (char *line = copy ? strtok_r(copy, "\n", &saved) : NULL; line && r == 0;
	     line = strtok_r(NULL, "\n", &saved)) {
		if (drop_unlimited(line))
			r = take_limit(conversion, from, "io.max", line);
	}
	return r;
}

static int take_state(struct conversion *conversion, const char *file)
{
	_cleanup_free_ char *name = shorten(file), *before = conversion->state;

	conversion->state = NULL;
	if (!name)
		return -ENOMEM;
	conversion->state = text_format("%s%s%s", before ? before : "", before ? ", " : "", name);
	return conversion->state ? 0 : -ENOMEM;
}

static int convert_value(struct conversion *conversion, const struct import_value *from)
{
	_cleanup_free_ char *file = NULL, *value = NULL;
	const char *why = NULL;
	enum import_kind kind;
	int r = import_value_convert(conversion->group, from, &kind, &file, &value, &why);

	if (r < 0 || kind == IMPORT_PART)
		return r;
	if (kind == IMPORT_STATE)
		return take_state(conversion, from->file);
	if (kind == IMPORT_LOST)
		return tell(conversion, from, "has no equivalent%s%s", why ? ": " : "",
			    why ? why : "");
	if (why && !value)
		return tell(conversion, from, "is left out: %s", why);
	if (why)
		r = tell(conversion, from, "becomes %s = %s: %s", file, value, why);
	if (r < 0)
		return r;
	return text_equal(file, "io.max") ? take_devices(conversion, from, value) :
					    take_limit(conversion, from, file, value);
}

/* The files that are left out are reported in one sentence, because cgsnapshot(1) writes all. */
static int tell_state(struct conversion *conversion, const struct import_value *first)
{
	struct import_value told = *first;
	_cleanup_free_ char *sentence =
		text_format("left out, because they only show the state or have their usual value: %s",
			    conversion->state);

	if (!sentence)
		return -ENOMEM;
	import_warn(conversion->import, "%s:%u: group %s: %s", first->source, first->line,
		    TEXT_ESCAPE(conversion->group->path), sentence);
	told.told = sentence;
	return import_add_value(&conversion->fresh, &told);
}

static int convert_group(struct import *import, struct import_group *group)
{
	struct conversion conversion = { .import = import, .group = group };
	int r = 0;

	for (size_t i = 0; r == 0 && i < group->n_values; i++) {
		if (*group->values[i].value) /* "" is what is not set */
			r = convert_value(&conversion, &group->values[i]);
	}
	if (r == 0 && conversion.state)
		r = tell_state(&conversion, &group->values[0]);
	free(conversion.state);
	import_group_clear(group);
	group->values = conversion.fresh.values;
	group->n_values = conversion.fresh.n_values;
	return r;
}

int import_convert(struct import *import)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < import->n_groups; i++)
		r = convert_group(import, &import->groups[i]);
	return r;
}
